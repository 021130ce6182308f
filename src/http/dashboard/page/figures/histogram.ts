import type { JSX } from 'preact';
import { h } from 'preact';
import { duration } from '../format.ts';

/** How many requests lasted how long; the last band has no end. */
export type Band = { upToMs: number | null; count: number };

const [width, height, base] = [220, 64, 50];

export function Histogram({ bands, name }: { bands: readonly Band[]; name: string }): JSX.Element {
  const total = bands.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return h('p', { class: 'muted histogram-empty' }, 'No request yet');
  const most = Math.max(...bands.map(({ count }) => count));
  const step = width / bands.length;
  const label = bands
    .filter(({ count }) => count > 0)
    .map(tell)
    .join(', ');
  return h(
    'svg',
    {
      class: 'histogram',
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-label': `How long answers of ${name} took: ${label}`,
    },
    bands.map((band, i) => {
      const tall = band.count === 0 ? 1 : Math.max(3, (band.count / most) * (base - 4));
      return h(
        'rect',
        {
          key: i,
          class: band.count === 0 ? 'none' : 'accent',
          x: i * step + 1,
          width: step - 2,
          y: base - tall,
          height: tall,
          rx: 1.5,
        },
        h('title', null, tell(band)),
      );
    }),
    h('text', { class: 'axis', x: 0, y: height - 2 }, `≤ ${ends(bands[0])}`),
    h('text', { class: 'axis', x: width, y: height - 2, 'text-anchor': 'end' }, `> ${ends(bands.at(-2))}`),
  );
}

function tell({ upToMs, count }: Band): string {
  return `${upToMs === null ? 'longer' : `up to ${duration(upToMs)}`}: ${count}`;
}

function ends(band: Band | undefined): string {
  return band?.upToMs == null ? '' : duration(band.upToMs);
}
