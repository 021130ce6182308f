import { join } from 'node:path';
import type { Event } from '../../src/domain/event.ts';
import { openDatabase } from '../../src/history/database.ts';
import { migrations } from '../../src/history/schema.ts';
import type { Statistics } from '../../src/history/statistics.ts';
import { createStatistics } from '../../src/history/statistics.ts';

type Settled = Extract<Event, { type: 'ticket:settled' }>;
type Called = Extract<Event, { type: 'model:called' }>;

export type HistoryUnderTest = {
  statistics: Statistics;
  /** Notes an event at a time of UTC, such as `2026-01-02T10:30:00Z`. */
  at: (time: string, event: Event) => void;
};

/** A real history in a directory, with a wall clock that a test sets. */
export function openHistory(directory: string, today = '2026-01-10T12:00:00Z'): HistoryUnderTest {
  let time = today;
  const now = (): Date => new Date(time);
  const statistics = createStatistics({
    database: openDatabase({ file: join(directory, 'state.db'), migrations, now }),
    now,
    keepDays: 365,
    keepEvents: 100_000,
    redact: (text) => text.replaceAll('hunter2', '[redacted]'),
  });
  return {
    statistics,
    at(moment, event) {
      time = moment;
      statistics.observe(event);
      time = today;
    },
  };
}

export function calledEvent(given: Partial<Called> = {}): Event {
  return {
    type: 'model:called',
    taskId: 'TASK-1',
    runId: 'run-1',
    key: 'a'.repeat(64),
    model: 'ollama/a',
    outcome: 'ok',
    elapsedMs: 1000,
    usage: { input: 10, output: 5 },
    usd: 0,
    ...given,
  };
}

export function settledEvent(given: Partial<Settled> = {}): Event {
  return {
    type: 'ticket:settled',
    taskId: 'TASK-1',
    runId: 'run-1',
    key: 'a'.repeat(64),
    file: 'task-1.md',
    to: 'review',
    code: null,
    errorType: null,
    message: '',
    elapsedMs: 60_000,
    model: 'ollama/a',
    ...given,
  };
}
