/** A stretch of text from `start` up to, not including, `end`. */
export type Range = { start: number; end: number };

/** The union of ranges: sorted and apart, so that a question about it takes a binary search. */
export function unite(ranges: readonly Range[]): Range[] {
  const union: Range[] = [];
  for (const range of [...ranges].sort((left, right) => left.start - right.start)) {
    const last = union.at(-1);
    if (last !== undefined && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else union.push({ start: range.start, end: range.end });
  }
  return union;
}

export function covers(union: readonly Range[], position: number): boolean {
  return overlaps(union, { start: position, end: position + 1 });
}

export function overlaps(union: readonly Range[], range: Range): boolean {
  const before = countBelow(union.length, (index) => (union[index]?.start ?? 0) < range.end);
  return (union[before - 1]?.end ?? -1) > range.start;
}

/** How many of the first `length` indexes satisfy a condition that holds up to some index and never after it. */
export function countBelow(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
