import { describe, it, expect } from '@jest/globals';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Event } from '../../src/domain/event.ts';
import { openDatabase } from '../../src/history/database.ts';
import { migrations } from '../../src/history/schema.ts';
import { createStatistics, type StatisticsOptions } from '../../src/history/statistics.ts';

const ofTicket = { taskId: 'TASK-042', runId: 'run-1', key: 'a'.repeat(64) };
type Settled = Extract<Event, { type: 'ticket:settled' }>;
type Called = Extract<Event, { type: 'model:called' }>;

describe('the summary', () => {
  it('of nothing is zero', async () => {
    const { statistics } = await open();
    expect(statistics.summary()).toEqual({
      processing: { total: 0, successful: 0, failed: 0, successRate: 0, avgProcessingTime: 0 },
      models: {},
    });
  });

  it('counts runs by how they ended', async () => {
    const { statistics } = await open();
    statistics.observe(settled({ runId: '1', to: 'review', elapsedMs: 1000 }));
    statistics.observe(
      settled({ runId: '2', to: 'failed', code: 'NO_CHANGES', errorType: 'model', elapsedMs: 3000 }),
    );
    expect(statistics.summary().processing).toEqual({
      total: 2,
      successful: 1,
      failed: 1,
      successRate: 0.5,
      avgProcessingTime: 2,
    });
  });

  it('counts a run once, by its last word', async () => {
    const { statistics } = await open();
    statistics.observe(settled({ to: 'review', elapsedMs: 60_000 }));
    statistics.observe(settled({ to: 'done', elapsedMs: 5, model: null }));
    expect(statistics.summary()).toMatchObject({
      processing: { total: 1, successful: 1, avgProcessingTime: 60 },
      models: { 'ollama/a': { attempts: 1, successes: 1 } },
    });
  });

  it('blames a model only for what is its own', async () => {
    const { statistics } = await open();
    const ends: Partial<Settled>[] = [
      { to: 'review' },
      { to: 'review', code: 'REVIEW_BLOCKED', errorType: 'policy' },
      { to: 'failed', code: 'NO_CHANGES', errorType: 'model' },
      { to: 'failed', code: 'GIT_FAILED', errorType: 'environment' },
      { to: 'failed', code: 'CANCELLED', errorType: 'ticket' },
      { to: 'failed', code: 'INTERNAL', errorType: 'internal' },
      { to: 'failed', code: 'TICKET_INVALID', errorType: 'ticket', model: null },
    ];
    for (const [index, end] of ends.entries()) statistics.observe(settled({ ...end, runId: `run-${index}` }));
    expect(statistics.summary().models).toEqual({
      'ollama/a': {
        attempts: 3,
        successes: 1,
        successRate: 1 / 3,
        p50Ms: null,
        p95Ms: null,
        tokens: 0,
        costUsd: 0,
      },
    });
  });

  it('adds tokens and money up and ranks the latencies of each model', async () => {
    const { statistics } = await open();
    for (let ms = 100; ms >= 1; ms--) {
      statistics.observe(
        called({ model: 'ollama/a', elapsedMs: ms, usage: { input: 3, output: 1 }, usd: 0.5 }),
      );
    }
    statistics.observe(called({ model: 'cloud/b', elapsedMs: 7, usage: { input: 0, output: 0 }, usd: 0 }));
    expect(statistics.summary().models).toEqual({
      'cloud/b': { attempts: 0, successes: 0, successRate: 0, p50Ms: 7, p95Ms: 7, tokens: 0, costUsd: 0 },
      'ollama/a': {
        attempts: 0,
        successes: 0,
        successRate: 0,
        p50Ms: 50,
        p95Ms: 95,
        tokens: 400,
        costUsd: 50,
      },
    });
  });

  it('gives percentiles by nearest rank, whatever the latencies', async () => {
    const { open: another } = await manyDatabases();
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 40 }),
        (latencies) => {
          const statistics = another();
          for (const elapsedMs of latencies) statistics.observe(called({ elapsedMs }));
          const sorted = latencies.toSorted((a, b) => a - b);
          const nearest = (percent: number) => sorted[Math.ceil((sorted.length * percent) / 100) - 1];
          expect(statistics.summary().models['ollama/a']).toMatchObject({
            p50Ms: nearest(50),
            p95Ms: nearest(95),
          });
          statistics.close();
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('the timeline', () => {
  it('tells one ticket, by its key or its id in any spelling, in order', async () => {
    const { statistics } = await open();
    statistics.observe({ type: 'daemon:started', version: '1', concurrency: 1 });
    statistics.observe({ type: 'stage:started', stage: 'code', ...ofTicket });
    statistics.observe({ type: 'stage:started', stage: 'code', ...ofTicket, taskId: 'task-43', key: 'b' });
    statistics.observe(settled({}));
    const told = statistics.timeline('task-42');
    expect(told.map(({ seq, time, event }) => [seq, time, event.type])).toEqual([
      [2, '2026-01-02T10:30:00.000Z', 'stage:started'],
      [4, '2026-01-02T10:30:00.000Z', 'ticket:settled'],
    ]);
    expect(told[1]?.event).toEqual(settled({}));
    expect(statistics.timeline(ofTicket.key)).toEqual(told);
    expect(statistics.timeline('nobody')).toEqual([]);
  });

  it('holds neither the text of a model nor a secret', async () => {
    const { statistics } = await open({ redact: (text) => text.replaceAll('hunter2', '[redacted]') });
    statistics.observe({ type: 'model:text', model: 'm', text: 'live only', ...ofTicket });
    statistics.observe({ type: 'agent:step', step: 1, action: 'run', detail: '"hunter2"\n', ...ofTicket });
    expect(statistics.timeline('TASK-42').map(({ event }) => event)).toEqual([
      { type: 'agent:step', step: 1, action: 'run', detail: '"[redacted]"\n', ...ofTicket },
    ]);
  });
});

describe('what is kept', () => {
  it('is what is young enough', async () => {
    const { statistics, pass, file } = await open({ keepDays: 30 });
    statistics.observe(settled({ runId: 'old' }));
    statistics.observe(called({}));
    statistics.close();
    pass(31);
    const again = await open({ keepDays: 30 }, file);
    again.pass(31);
    again.statistics.observe(settled({ runId: 'new' }));
    expect(again.statistics.timeline('task-42')).toHaveLength(1);
    expect(again.statistics.summary()).toMatchObject({
      processing: { total: 1 },
      models: { 'ollama/a': { p50Ms: null } },
    });
  });

  it('is bounded in number, while numbers go on over restarts', async () => {
    const { statistics, file } = await open({ keepEvents: 10 });
    for (let step = 0; step < 1100; step++) {
      statistics.observe({ type: 'agent:step', step, action: 'read', detail: '', ...ofTicket });
    }
    expect(statistics.timeline('task-42').length).toBeLessThan(120);
    statistics.close();
    const again = await open({ keepEvents: 10 }, file);
    again.statistics.observe(settled({}));
    const kept = again.statistics.timeline('task-42');
    expect(kept).toHaveLength(10);
    expect(kept.at(-1)?.seq).toBe(1101);
  });
});

async function open(overrides: Partial<StatisticsOptions> = {}, known?: string) {
  const file = known ?? join(await mkdtemp(join(tmpdir(), 'history-')), 'state.db');
  let today = new Date('2026-01-02T10:30:00Z').getTime();
  const now = () => new Date(today);
  const statistics = createStatistics({
    database: openDatabase({ file, migrations, now }),
    now,
    keepDays: 90,
    keepEvents: 100_000,
    redact: (text) => text,
    ...overrides,
  });
  return { statistics, file, pass: (days: number) => (today += days * 24 * 60 * 60 * 1000) };
}

async function manyDatabases() {
  const directory = await mkdtemp(join(tmpdir(), 'history-'));
  const now = () => new Date('2026-01-02T10:30:00Z');
  let count = 0;
  const openNext = () =>
    createStatistics({
      database: openDatabase({ file: join(directory, `${count++}.db`), migrations, now }),
      now,
      keepDays: 90,
      keepEvents: 1000,
      redact: (text) => text,
    });
  return { open: openNext };
}

function settled(parts: Partial<Settled>): Settled {
  return {
    type: 'ticket:settled',
    ...ofTicket,
    file: 'task-42.md',
    to: 'review',
    code: null,
    errorType: null,
    message: 'pull request opened',
    elapsedMs: 1000,
    model: 'ollama/a',
    ...parts,
  };
}

function called(parts: Partial<Called>): Called {
  return {
    type: 'model:called',
    ...ofTicket,
    model: 'ollama/a',
    outcome: 'ok',
    elapsedMs: 10,
    usage: { input: 1, output: 1 },
    usd: 0,
    ...parts,
  };
}
