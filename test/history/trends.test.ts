import { expect, it } from '@jest/globals';
import { temporaryDirectories } from '../support/directory.ts';
import { calledEvent, openHistory, settledEvent } from '../support/statistics.ts';

const newDirectory = temporaryDirectories();

it('trends tell of each day how its runs went, and of all why they failed', () => {
  const { statistics, at } = openHistory(newDirectory());
  const failed = { to: 'failed', code: 'NO_CHANGES', errorType: 'model' } as const;
  at('2026-01-07T10:00:00Z', settledEvent({ runId: 'too-old', ...failed }));
  at('2026-01-08T10:00:00Z', settledEvent({ runId: '1', elapsedMs: 10_000 }));
  at('2026-01-08T11:00:00Z', settledEvent({ runId: '2', elapsedMs: 30_000, to: 'done' }));
  at('2026-01-08T12:00:00Z', settledEvent({ runId: '3', elapsedMs: 90_000 }));
  at('2026-01-08T13:00:00Z', settledEvent({ runId: '4', elapsedMs: 1, ...failed }));
  at('2026-01-10T01:00:00Z', settledEvent({ runId: '5', ...failed }));
  at('2026-01-10T02:00:00Z', settledEvent({ runId: '6', to: 'failed', code: null }));
  at('2026-01-08T10:00:00Z', calledEvent({ usd: 0.25 }));
  const empty = { total: 0, successful: 0, failed: 0, successRate: null, medianSeconds: null };
  expect(statistics.trends(3)).toEqual({
    days: [
      {
        date: '2026-01-08',
        total: 4,
        successful: 3,
        failed: 1,
        successRate: 0.75,
        medianSeconds: 30,
        costUsd: 0.25,
        tokens: 15,
        failures: { model: 1 },
      },
      { date: '2026-01-09', ...empty, costUsd: 0, tokens: 0, failures: {} },
      {
        date: '2026-01-10',
        ...empty,
        total: 2,
        failed: 2,
        successRate: 0,
        costUsd: 0,
        tokens: 0,
        failures: { internal: 1, model: 1 },
      },
    ],
    failures: [
      { code: 'NO_CHANGES', errorType: 'model', count: 2 },
      { code: 'INTERNAL', errorType: 'internal', count: 1 },
    ],
  });
  statistics.close();
});

it('trends go over the turn of a year', () => {
  const { statistics } = openHistory(newDirectory(), '2026-01-01T00:00:00Z');
  expect(statistics.trends(2).days.map(({ date }) => date)).toEqual(['2025-12-31', '2026-01-01']);
  statistics.close();
});
