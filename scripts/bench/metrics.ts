import type { Event } from '../../src/domain/event.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { median } from './samples.ts';

export type MetricsCost = { eventUs: number; scrapeMs: number; series: number };

const events = 100_000;
const scrapes = 50;

/** What it costs to count an event, and to be asked for everything counted, with as many models as are told apart. */
export async function measureMetrics(): Promise<MetricsCost> {
  const metrics = createMetrics({ collectDefault: true });
  const story = Array.from({ length: 60 }, (_, i) => eventsOf(i)).flat();
  const runs = Array.from({ length: 5 }, () => {
    const from = performance.now();
    for (let i = 0; i < events; i++) metrics.observe(story[i % story.length] ?? { type: 'daemon:stopped' });
    return ((performance.now() - from) * 1000) / events;
  });
  const asked: number[] = [];
  let text = '';
  for (let i = 0; i < scrapes; i++) {
    const from = performance.now();
    text = await metrics.text();
    asked.push(performance.now() - from);
  }
  const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
  return { eventUs: median(runs), scrapeMs: median(asked), series };
}

function eventsOf(number: number): Event[] {
  const of = { taskId: `task-${number}`, runId: `run-${number}`, key: `key-${number}` };
  const model = `ollama/m${number}`;
  const usage = { input: 2000, output: 300 };
  return [
    { ...of, type: 'ticket:claimed', file: 'a.md', title: 'A', attempt: 1, queuedMs: 10 },
    { ...of, type: 'stage:started', stage: 'code' },
    { ...of, type: 'model:called', model, outcome: 'ok', elapsedMs: 900, usage, usd: 0 },
    { ...of, type: 'stage:finished', stage: 'code', elapsedMs: 1000 },
  ];
}
