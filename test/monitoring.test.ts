import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import matter from 'gray-matter';
import type { Event } from '../src/domain/event.ts';
import { failureCodes } from '../src/domain/failure.ts';
import { findingCategories, severities } from '../src/domain/review.ts';
import { stages } from '../src/domain/run.ts';
import { createMetrics } from '../src/telemetry/metrics.ts';
import type { Series } from './support/promql.ts';
import { objectToPromql, readSeries } from './support/promql.ts';

type Rule = {
  alert: string;
  expr: string;
  for?: string;
  labels: { severity: string };
  annotations: { summary: string; description: string };
};
type Panel = {
  type: string;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { expr: string }[];
};

const read = (file: string): string =>
  readFileSync(new URL(`../docs/monitoring/${file}`, import.meta.url), 'utf8');
const { groups } = matter(`---\n${read('alerts.yml')}\n---\n`).data as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(read('grafana-dashboard.json')) as { uid: string; panels: Panel[] };
const queries = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => [title, expr] as const),
);

let series: Series;
beforeAll(async () => {
  series = readSeries(await pageOfAWorkingDaemon());
});

describe('the alert rules', () => {
  it.each(rules.map(({ alert, expr }) => [alert, expr]))('%s asks for what there is', (_alert, expr) => {
    expect(objectToPromql(expr, series)).toBeNull();
  });

  it('tell each of them what happened and what to do', () => {
    const names = rules.map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
    for (const { labels, annotations } of rules) {
      expect(['critical', 'warning', 'info']).toContain(labels.severity);
      expect(annotations.summary.length).toBeGreaterThan(10);
      expect(annotations.description.length).toBeGreaterThan(20);
    }
  });

  it('name in words only labels that the result still has', () => {
    for (const { annotations } of rules)
      for (const [, label] of annotations.description.matchAll(/\$labels\.(\w+)/g))
        expect(['instance', 'target', 'model', 'place', 'part']).toContain(label);
  });

  it('cover circuits, failures, the queue, money and the disk', () => {
    const text = rules.map(({ expr }) => expr).join('\n');
    for (const metric of [
      'circuit_state',
      'tickets_processed_total',
      'queue_wait_seconds',
      'model_cost_usd_total',
      'disk_free_bytes',
    ])
      expect(text).toContain(`ticketmill_${metric}`);
  });
});

describe('the dashboard', () => {
  it.each(queries)('%s asks for what there is: %s', (_title, expr) => {
    expect(objectToPromql(expr, series)).toBeNull();
  });

  it('shows every metric of ours', () => {
    const shown = queries.map(([, expr]) => expr).join('\n');
    const ours = [...series.keys()].filter((name) => name.startsWith('ticketmill_'));
    const families = new Set(ours.map((name) => name.replace(/_(bucket|sum|count)$/, '')));
    for (const family of families) expect(shown).toContain(family);
  });

  it('lays its panels beside each other', () => {
    const taken = new Set<string>();
    for (const {
      gridPos: { x, y, w, h },
    } of dashboard.panels) {
      expect(x + w).toBeLessThanOrEqual(24);
      for (let column = x; column < x + w; column += 1)
        for (let row = y; row < y + h; row += 1) {
          expect(taken).not.toContain(`${column}/${row}`);
          taken.add(`${column}/${row}`);
        }
    }
  });
});

describe('the check of expressions', () => {
  it.each([
    ['ticketmill_tickts', 'no metric'],
    ['ticketmill_tickets{stat="todo"}', 'no label'],
    ['ticketmill_tickets{state="open"}', 'never'],
    ['sum by (model) (ticketmill_tickets)', 'groups by'],
    ['rate(ticketmill_tickets)', 'takes a range'],
    ['ticketmill_tickets[5m]', 'is a range'],
    ['ticketmill_tickets[5x]', 'no span'],
    ['histogram_quantile(0.5, sum(rate(ticketmill_queue_wait_seconds_bucket[5m])))', 'no le'],
    ['ticketmill_tickets / ticketmill_queue_depth', 'only one side'],
    ['sum(ticketmill_tickets', 'too early'],
    ['ticketmill_tickets)', 'goes on'],
    ['frobnicate(ticketmill_tickets)', 'no function'],
    ['ticketmill_tickets ?', 'cannot be read'],
  ])('objects to %s', (expression, reason) => {
    expect(objectToPromql(expression, series)).toContain(reason);
  });
});

/** What `/metrics` says once everything that is counted has happened. */
async function pageOfAWorkingDaemon(): Promise<string> {
  const metrics = createMetrics({ collectDefault: true });
  const of = { taskId: '1', runId: 'r', key: 'k' };
  const settled = {
    type: 'ticket:settled',
    ...of,
    file: 'a.md',
    message: '',
    elapsedMs: 1,
    model: null,
  } as const;
  const called = {
    type: 'model:called',
    ...of,
    model: 'ollama/a',
    elapsedMs: 1,
    usage: { input: 1, output: 1 },
    usd: 1,
  } as const;
  const findings = severities.flatMap((severity) =>
    findingCategories.map((category) => ({ severity, category, file: 'a', line: 1, message: 'm' })),
  );
  const events: Event[] = [
    { type: 'ticket:claimed', ...of, file: 'a.md', title: 'A', attempt: 1, queuedMs: 1 },
    ...stages.map((stage): Event => ({ type: 'stage:finished', ...of, stage, elapsedMs: 1 })),
    { ...called, outcome: 'ok' },
    { ...called, outcome: 'MODEL_TIMEOUT' },
    { type: 'review:finished', ...of, model: 'ollama/a', findings },
    ...failureCodes.map((code): Event => ({
      type: 'ticket:requeued',
      ...of,
      code,
      message: '',
      waitSeconds: 1,
    })),
    { type: 'budget:short', ...of, part: 'usd', used: 1, limit: 1 },
    { ...settled, to: 'done', code: null, errorType: null },
    { ...settled, to: 'review', code: null, errorType: null },
    { ...settled, to: 'failed', code: 'INTERNAL', errorType: 'internal' },
  ];
  events.forEach(metrics.observe);
  metrics.setGauges({
    tickets: { todo: 1, processing: 1, review: 1, done: 1, failed: 1 },
    queueDepth: 1,
    agents: { working: 1, allowed: 2 },
    circuits: { 'http://127.0.0.1:11434': 'CLOSED' },
    disks: { state: { free: 1, size: 2 } },
  });
  return metrics.text();
}
