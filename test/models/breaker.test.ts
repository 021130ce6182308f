import { describe, expect, it } from '@jest/globals';
import type { FailureCode } from '../../src/domain/failure.ts';
import { Failure } from '../../src/domain/failure.ts';
import { openBreaker } from '../../src/models/breaker.ts';
import type { BreakerOptions } from '../../src/models/breaker.ts';
import { manualClock } from '../support/clock.ts';
import { unaborted } from '../support/ollama-under-test.ts';

const down = () => Promise.reject(new Failure('MODEL_UNREACHABLE', 'no route'));
const well = () => Promise.resolve('answer');

function breakerUnderTest(options: Partial<BreakerOptions> = {}) {
  const clock = manualClock();
  const changes: string[] = [];
  const breaker = openBreaker({
    target: 'http://box',
    failureThreshold: 3,
    successThreshold: 2,
    halfOpenRequests: 1,
    resetTimeout: 30_000,
    clock,
    onChange: ({ from, to, reason }) => void changes.push(`${from} -> ${to} ${reason ?? ''}`.trim()),
    ...options,
  });
  const run = async (act: () => Promise<unknown>, signal = unaborted()): Promise<string> => {
    try {
      return String(await breaker.run(act, signal));
    } catch (error) {
      return error instanceof Failure ? error.code : String(error);
    }
  };
  const open = async () => {
    for (let count = 0; count < 3; count += 1) await run(down);
  };
  return { breaker, clock, changes, run, open };
}

describe('a circuit', () => {
  it('opens after so many failures in a row, and then refuses without a call', async () => {
    const { breaker, run, changes } = breakerUnderTest();
    expect(await run(down)).toBe('MODEL_UNREACHABLE');
    expect(await run(well)).toBe('answer');
    expect([await run(down), await run(down)]).toEqual(['MODEL_UNREACHABLE', 'MODEL_UNREACHABLE']);
    expect(breaker.view()).toMatchObject({ state: 'CLOSED', failures: 2, openedAt: null });
    await run(down);
    expect(breaker.view()).toEqual({
      state: 'OPEN',
      failures: 3,
      openedAt: '2026-01-02T10:00:00.000Z',
      nextAttemptAt: '2026-01-02T10:00:30.000Z',
    });
    let calls = 0;
    const counted = () => Promise.resolve((calls += 1));
    expect(await run(counted)).toBe('MODEL_CIRCUIT_OPEN');
    expect({ calls, changes }).toEqual({ calls: 0, changes: ['CLOSED -> OPEN no route'] });
  });

  it('tells how long it will refuse', async () => {
    const { breaker, clock, open } = breakerUnderTest();
    await open();
    await clock.advance(10_500);
    expect(breaker.waitMs()).toBe(19_500);
    await expect(breaker.run(well, unaborted())).rejects.toMatchObject({
      message: 'http://box failed too often and is left alone for another 20 s.',
      retryAfterSeconds: 20,
    });
  });

  it('lets one trial through when its time is over, and closes after two successes', async () => {
    const { breaker, clock, run, open, changes } = breakerUnderTest();
    await open();
    await clock.advance(30_000);
    const gate = Promise.withResolvers<string>();
    const trial = run(() => gate.promise);
    expect(breaker.view()).toMatchObject({ state: 'HALF_OPEN', nextAttemptAt: null });
    expect(breaker.refuses()).toBe(true);
    await expect(breaker.run(well, unaborted())).rejects.toMatchObject({
      code: 'MODEL_CIRCUIT_OPEN',
      retryAfterSeconds: undefined,
    });
    gate.resolve('answer');
    await trial;
    expect(breaker.view().state).toBe('HALF_OPEN');
    await run(well);
    expect(breaker.view()).toMatchObject({ state: 'CLOSED', failures: 0 });
    expect(changes).toEqual(['CLOSED -> OPEN no route', 'OPEN -> HALF_OPEN', 'HALF_OPEN -> CLOSED']);
  });

  it('opens again at the first failure of a trial, for the whole time', async () => {
    const { breaker, clock, run, open } = breakerUnderTest();
    await open();
    await clock.advance(30_000);
    await run(well);
    await run(down);
    expect(breaker.view()).toMatchObject({ state: 'OPEN', failures: 4 });
    expect(breaker.waitMs()).toBe(30_000);
  });

  it('lets as many trials through as it is told to', async () => {
    const { clock, run, open } = breakerUnderTest({ halfOpenRequests: 2, successThreshold: 3 });
    await open();
    await clock.advance(30_000);
    const gate = Promise.withResolvers<string>();
    const trials = [run(() => gate.promise), run(() => gate.promise)];
    expect(await run(well)).toBe('MODEL_CIRCUIT_OPEN');
    gate.resolve('answer');
    expect(await Promise.all(trials)).toEqual(['answer', 'answer']);
  });

  it.each<[FailureCode, boolean]>([
    ['MODEL_UNREACHABLE', true],
    ['MODEL_TIMEOUT', true],
    ['MODEL_OVERLOADED', true],
    ['MODEL_RATE_LIMITED', false],
    ['MODEL_NOT_FOUND', false],
    ['MODEL_BAD_REQUEST', false],
    ['MODEL_OUT_OF_MEMORY', false],
    ['MODEL_CONTEXT_OVERFLOW', false],
    ['MODEL_STALLED', false],
    ['MODEL_STREAM_BROKEN', false],
    ['INTERNAL', false],
  ])('is opened by %s: %s', async (code, opens) => {
    const { breaker, run } = breakerUnderTest();
    for (let count = 0; count < 10; count += 1) await run(() => Promise.reject(new Failure(code, code)));
    expect(breaker.view().state).toBe(opens ? 'OPEN' : 'CLOSED');
  });

  it('learns nothing from a call that was cancelled', async () => {
    const { breaker, run } = breakerUnderTest({ failureThreshold: 1 });
    const cancelled = new AbortController();
    const act = () => {
      cancelled.abort('enough');
      return down();
    };
    expect(await run(act, cancelled.signal)).toBe('MODEL_UNREACHABLE');
    expect(breaker.view()).toMatchObject({ state: 'CLOSED', failures: 0 });
    expect(await run(well, cancelled.signal)).toBe('enough');
  });

  it('learns nothing from a call that began before it changed', async () => {
    const { breaker, clock, run, open } = breakerUnderTest();
    const gate = Promise.withResolvers<string>();
    const early = run(() => gate.promise);
    await open();
    await clock.advance(30_000);
    const trial = run(well);
    gate.resolve('late');
    await Promise.all([early, trial]);
    expect(breaker.view().state).toBe('HALF_OPEN');
  });
});
