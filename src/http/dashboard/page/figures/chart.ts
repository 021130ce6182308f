import type { JSX } from 'preact';
import { h } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { labelEvery, ticks } from './scale.ts';

/** One thing drawn over the days. `tone` is the name of a colour of the style sheet. */
export type Series = { name: string; tone: string; values: readonly (number | null)[] };

export type ChartData = {
  title: string;
  /** In a sentence, for those who do not see it. */
  summary: string;
  names: readonly string[];
  series: readonly Series[];
  /** bars: upon each other · line: a point a day, with gaps where nothing is known. */
  kind: 'bars' | 'line';
  /** The top of the axis, where it is given by what is measured. */
  most?: number;
  /** The smallest step of the axis that makes sense, such as 1 where things are counted. */
  least?: number;
  write: (value: number) => string;
};

const height = 190;
const box = { left: 52, right: 8, top: 10, bottom: 24 };

/** A figure with its numbers below it, for whoever would rather read them. */
export function Chart({ data }: { data: ChartData }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const { title, summary, names, series } = data;
  const isEmpty = series.every(({ values }) => values.every((value) => value === null || value === 0));
  return h(
    'figure',
    { class: 'chart' },
    h('figcaption', null, h('h2', null, title), h(Legend, { series })),
    h(
      'div',
      { class: 'chart-place', ref: place },
      isEmpty
        ? h('p', { class: 'chart-empty muted' }, 'Nothing in these days.')
        : h(
            'svg',
            {
              width,
              height,
              viewBox: `0 0 ${width} ${height}`,
              role: 'img',
              'aria-label': `${title}. ${summary}`,
            },
            drawAxes(data, width),
            data.kind === 'bars' ? drawBars(data, width) : drawLines(data, width),
          ),
    ),
    h('details', null, h('summary', null, 'Numbers'), h(Numbers, { data, names })),
  );
}

function Legend({ series }: { series: readonly Series[] }): JSX.Element | null {
  if (series.length < 2) return null;
  return h(
    'span',
    { class: 'legend' },
    series.map(({ name, tone }) => h('span', { key: name }, h('i', { class: `swatch ${tone}` }), name)),
  );
}

function useWidth(place: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(560);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const sizes = new ResizeObserver(() => setWidth(Math.max(200, element.clientWidth)));
    sizes.observe(element);
    return () => sizes.disconnect();
  }, []);
  return width;
}

type Scale = { x: (i: number) => number; y: (value: number) => number; step: number; steps: number[] };

function scaleOf({ names, series, kind, most, least }: ChartData, width: number): Scale {
  const totals = names.map((_, i) => {
    const values = series.map(({ values: each }) => each[i] ?? 0);
    return kind === 'bars' ? values.reduce((a, b) => a + b, 0) : Math.max(...values);
  });
  const steps = ticks(most ?? Math.max(...totals, 0), least);
  const top = steps.at(-1) ?? 1;
  const step = (width - box.left - box.right) / Math.max(1, names.length);
  const inner = height - box.top - box.bottom;
  return {
    x: (i) => box.left + step * i,
    y: (value) => box.top + inner * (1 - value / top),
    step,
    steps,
  };
}

function drawAxes(data: ChartData, width: number): JSX.Element[] {
  const { x, y, step, steps } = scaleOf(data, width);
  const every = labelEvery(data.names.length, (width - box.left) / 56);
  return [
    ...steps.map((value) =>
      h(
        'g',
        { key: `y${value}` },
        h('line', { class: 'grid', x1: box.left, x2: width - box.right, y1: y(value), y2: y(value) }),
        h(
          'text',
          { class: 'axis', x: box.left - 8, y: y(value) + 4, 'text-anchor': 'end' },
          data.write(value),
        ),
      ),
    ),
    ...data.names.flatMap((name, i) =>
      (data.names.length - 1 - i) % every === 0
        ? [
            h(
              'text',
              {
                key: `x${name}`,
                class: 'axis',
                x: x(i) + step / 2,
                y: height - 6,
                'text-anchor': i === data.names.length - 1 && step < 40 ? 'end' : 'middle',
              },
              name,
            ),
          ]
        : [],
    ),
  ];
}

function drawBars(data: ChartData, width: number): JSX.Element[] {
  const { x, y, step } = scaleOf(data, width);
  const gap = Math.min(8, step * 0.25);
  return data.names.flatMap((name, i) => {
    let below = 0;
    return data.series.flatMap(({ name: of, tone, values }) => {
      const value = values[i] ?? 0;
      if (value === 0) return [];
      const top = y(below + value);
      const bar = h(
        'rect',
        {
          key: `${name} ${of}`,
          class: tone,
          x: x(i) + gap / 2,
          width: Math.max(1, step - gap),
          y: top,
          height: Math.max(1, y(below) - top),
          rx: Math.min(2, step / 4),
        },
        h('title', null, `${name}, ${of}: ${data.write(value)}`),
      );
      below += value;
      return [bar];
    });
  });
}

function drawLines(data: ChartData, width: number): JSX.Element[] {
  const { x, y, step } = scaleOf(data, width);
  return data.series.flatMap(({ name, tone, values }) => {
    const points = values.flatMap((value, i) => (value === null ? [] : [{ i, value }]));
    const path = points
      .map(({ i, value }, n) => `${n === 0 ? 'M' : 'L'}${x(i) + step / 2} ${y(value)}`)
      .join('');
    return [
      h('path', { key: name, class: `stroke ${tone}`, d: path, fill: 'none' }),
      ...points.map(({ i, value }) =>
        h(
          'circle',
          { key: `${name} ${i}`, class: tone, cx: x(i) + step / 2, cy: y(value), r: 3 },
          h('title', null, `${data.names[i] ?? ''}: ${data.write(value)}`),
        ),
      ),
    ];
  });
}

function Numbers({ data, names }: { data: ChartData; names: readonly string[] }): JSX.Element {
  const { series, write, title } = data;
  return h(
    'div',
    { class: 'table-box', tabIndex: 0, role: 'region', 'aria-label': `Numbers: ${title}` },
    h(
      'table',
      { class: 'table' },
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          h('th', { scope: 'col' }, 'Day'),
          series.map(({ name }) => h('th', { key: name, scope: 'col', class: 'number' }, name)),
        ),
      ),
      h(
        'tbody',
        null,
        names.map((name, i) =>
          h(
            'tr',
            { key: name },
            h('th', { scope: 'row' }, name),
            series.map(({ name: of, values }) =>
              h('td', { key: of, class: 'number' }, values[i] == null ? '' : write(values[i])),
            ),
          ),
        ),
      ),
    ),
  );
}
