import { describe, expect, it } from '@jest/globals';
import type { Event } from '../../src/domain/event.ts';
import { Failure } from '../../src/domain/failure.ts';
import type { Bench } from '../../src/pipeline/bench.ts';
import { atStage, overBudget } from '../../src/pipeline/bench.ts';
import { manualClock } from '../support/clock.ts';

function benchWith({ tokens, signal }: { tokens?: number | null; signal?: AbortSignal } = {}) {
  const clock = manualClock();
  const events: Event[] = [];
  const bench = {
    order: {
      plan: { tokens: tokens ?? null },
      identity: { id: 'task-1', key: 'k', created: '' },
      runId: 'run-1',
    },
    ports: { clock, observe: (event: Event) => void events.push(event) },
    signal: signal ?? new AbortController().signal,
    spent: { input: 60, output: 40, requests: 1, usd: 0 },
    stage: 'open',
  } as unknown as Bench;
  return { bench, clock, events };
}

describe('a stage', () => {
  it('is told at its beginning and, with its time, at its end, however it ends', async () => {
    const { bench, clock, events } = benchWith();
    const broken = atStage(bench, 'check', async () => {
      await clock.advance(250);
      throw new Error('broken');
    });
    await expect(broken).rejects.toThrow('broken');
    expect(bench.stage).toBe('check');
    expect(events).toEqual([
      { type: 'stage:started', taskId: 'task-1', runId: 'run-1', key: 'k', stage: 'check' },
      { type: 'stage:finished', taskId: 'task-1', runId: 'run-1', key: 'k', stage: 'check', elapsedMs: 250 },
    ]);
  });

  it('is not begun once the run is cut short', async () => {
    const failure = new Failure('CANCELLED', 'A person cancelled the ticket.');
    const { bench, events } = benchWith({ signal: AbortSignal.abort(failure) });
    await expect(atStage(bench, 'code', () => Promise.resolve())).rejects.toBe(failure);
    expect({ stage: bench.stage, events }).toEqual({ stage: 'code', events: [] });
  });
});

describe('the tokens of a run', () => {
  it.each([
    [null, null],
    [101, null],
    [100, 'BUDGET_EXCEEDED'],
  ])('of which %s were left', (tokens, code) => {
    expect(overBudget(benchWith({ tokens }).bench)?.code ?? null).toBe(code);
  });
});
