import type { JSX } from 'preact';
import { h } from 'preact';
import type { ErrorType } from '../../../../domain/failure.ts';
import { duration, percent, usd } from '../format.ts';
import { Empty, whenKnown } from '../parts/notice.ts';
import type { Place } from '../place.ts';
import { ranges, writePlace } from '../place.ts';
import { useResource } from '../resource.ts';
import type { ChartData } from './chart.ts';
import { Chart } from './chart.ts';

type Day = {
  date: string;
  total: number;
  successful: number;
  failed: number;
  successRate: number | null;
  medianSeconds: number | null;
  costUsd: number;
  failures: Record<string, number>;
};

type TrendData = { days: Day[]; failures: { code: string; errorType: string; count: number }[] };

const lookMs = 60_000;

export function Trends({ place }: { place: Extract<Place, { view: 'trends' }> }): JSX.Element {
  const trends = useResource<TrendData>(`/api/trends?days=${place.days}`, {
    on: ({ type }) => type === 'ticket:settled',
    everyMs: lookMs,
  });
  return h(
    'div',
    { class: 'page' },
    h(
      'header',
      { class: 'page-head' },
      h('h1', null, 'Trends'),
      h(
        'nav',
        { class: 'segments', 'aria-label': 'Days shown' },
        ranges.map((days) =>
          h(
            'a',
            {
              key: days,
              href: writePlace({ view: 'trends', days }),
              'aria-current': place.days === days ? 'true' : undefined,
            },
            `${days} days`,
          ),
        ),
      ),
    ),
    whenKnown(trends, (data) => h(Figures, { data })),
  );
}

function Figures({ data: { days, failures } }: { data: TrendData }): JSX.Element {
  const total = sum(days.map((day) => day.total));
  if (total === 0)
    return h(Empty, { title: 'No figures yet' }, 'They begin with the first ticket that ends.');
  return h(
    'div',
    null,
    h(Totals, { days }),
    h(
      'div',
      { class: 'charts' },
      chartsOf(days).map((data) => h(Chart, { key: data.title, data })),
      h(Codes, { failures }),
    ),
  );
}

function Totals({ days }: { days: readonly Day[] }): JSX.Element {
  const total = sum(days.map((day) => day.total));
  const successful = sum(days.map((day) => day.successful));
  const medians = days
    .flatMap((day) => (day.medianSeconds === null ? [] : [day.medianSeconds]))
    .sort((a, b) => a - b);
  const middle = medians[Math.floor(medians.length / 2)];
  const told: [name: string, value: string][] = [
    ['Runs', String(total)],
    ['Success rate', percent(successful / total)],
    ['Time to pull request', middle === undefined ? '–' : duration(middle * 1000)],
    ['Cost', usd(sum(days.map((day) => day.costUsd)))],
  ];
  return h(
    'dl',
    { class: 'totals' },
    told.map(([name, value]) => h('div', { key: name }, h('dt', null, name), h('dd', null, value))),
  );
}

/** By who can mend them; the order is the one they are drawn in, from below. */
const classes: Record<ErrorType, { name: string; tone: string }> = {
  model: { name: 'model', tone: 'c1' },
  ticket: { name: 'ticket', tone: 'c2' },
  policy: { name: 'policy', tone: 'c3' },
  environment: { name: 'environment', tone: 'c4' },
  transient: { name: 'transient', tone: 'c5' },
  internal: { name: 'internal', tone: 'c6' },
};

function chartsOf(days: readonly Day[]): ChartData[] {
  const names = days.map(({ date }) => date.slice(5));
  const of = (title: string, kind: ChartData['kind'], write: (value: number) => string) => ({
    title,
    names,
    kind,
    write,
  });
  const line = (name: string, values: (number | null)[]) => [{ name, tone: 'accent', values }];
  const time = inOneUnit(days.map(({ medianSeconds }) => medianSeconds));
  const failed = Object.entries(classes)
    .map(([type, { name, tone }]) => ({
      name,
      tone,
      values: days.map(({ failures }) => failures[type] ?? 0),
    }))
    .filter(({ values }) => sum(values) > 0);
  return [
    {
      ...of('Throughput', 'bars', String),
      least: 1,
      summary: `${sum(days.map((day) => day.successful))} runs succeeded, ${sum(days.map((day) => day.failed))} failed.`,
      series: [
        { name: 'succeeded', tone: 'accent', values: days.map((day) => day.successful) },
        { name: 'failed', tone: 'bad', values: days.map((day) => day.failed) },
      ],
    },
    {
      ...of('Success rate', 'line', percent),
      summary: 'Runs that succeeded, of those that ended.',
      most: 1,
      series: line(
        'success rate',
        days.map((day) => day.successRate),
      ),
    },
    {
      ...of('Time to pull request', 'line', (value) => `${short(value)} ${time.unit}`),
      summary: 'The median of a day, from the claim to the pull request.',
      series: line('median', time.values),
    },
    {
      ...of('Cost a day', 'bars', (value) => `$${short(value)}`),
      summary: `${usd(sum(days.map((day) => day.costUsd)))} in all.`,
      series: line(
        'cost',
        days.map((day) => day.costUsd),
      ),
    },
    {
      ...of('Failures by class', 'bars', String),
      least: 1,
      summary: failed.map(({ name, values }) => `${name}: ${sum(values)}`).join(', '),
      series: failed,
    },
  ];
}

/** Seconds, or minutes where they are many. */
function inOneUnit(seconds: readonly (number | null)[]): { unit: string; values: (number | null)[] } {
  const isLong = seconds.some((value) => value !== null && value >= 120);
  const values = seconds.map((value) => (value === null ? null : value / (isLong ? 60 : 1)));
  return { unit: isLong ? 'min' : 's', values };
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function Codes({ failures }: { failures: TrendData['failures'] }): JSX.Element {
  const most = Math.max(1, ...failures.map(({ count }) => count));
  return h(
    'section',
    { class: 'chart' },
    h('h2', null, 'Why runs failed'),
    failures.length === 0
      ? h('p', { class: 'muted' }, 'None did.')
      : h(
          'ul',
          { class: 'codes' },
          failures
            .slice(0, 8)
            .map(({ code, errorType, count }) =>
              h(
                'li',
                { key: code },
                h('code', null, code),
                h('span', { class: 'muted' }, errorType),
                h('meter', { min: 0, max: most, value: count, 'aria-label': `${code}: ${count}` }),
                h('span', { class: 'number' }, count),
              ),
            ),
        ),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
