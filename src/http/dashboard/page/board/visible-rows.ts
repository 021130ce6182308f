/** What of a scrolled box is in sight, in pixels. */
export type Frame = { top: number; height: number; width: number };

export type Rows = {
  /** The first ticket to draw, and the first behind the last one. */
  first: number;
  last: number;
  /** Cards side by side. */
  columns: number;
  rowHeight: number;
  /** Of all rows together. */
  height: number;
};

/** A card and the gap below it; the style sheet has the same numbers. */
const rowHeight = 128;
const narrowest = 320;
/** Rows drawn above and below what is in sight, so that scrolling meets no gap. */
const margin = 3;

export function visibleRows({ top, height, width }: Frame, total: number): Rows {
  const columns = Math.max(1, Math.floor(width / narrowest));
  const rows = Math.ceil(total / columns);
  const above = Math.min(Math.max(0, Math.floor(top / rowHeight) - margin), Math.max(0, rows - 1));
  const below = Math.ceil((top + height) / rowHeight) + margin;
  return {
    first: above * columns,
    last: Math.max(above * columns, Math.min(total, below * columns)),
    columns,
    rowHeight,
    height: rows * rowHeight,
  };
}
