import { describe, expect, it } from '@jest/globals';
import type { FailureCode } from '../../src/domain/failure.ts';
import { Failure, failureCodes } from '../../src/domain/failure.ts';
import { retrying } from '../../src/models/retry.ts';
import type { RetryOptions } from '../../src/models/retry.ts';
import { unaborted } from '../support/ollama-under-test.ts';

function retryUnderTest(failure: Error, options: Partial<RetryOptions> = {}) {
  const waits: number[] = [];
  const told: string[] = [];
  let calls = 0;
  const policy = retrying({
    attempts: 3,
    delay: 1000,
    maxDelay: 3000,
    clock: { wait: (ms) => Promise.resolve(void waits.push(ms)) },
    random: () => 1,
    onRetry: ({ failure: { code }, attempt, waitMs }) => void told.push(`${attempt} ${code} ${waitMs}`),
    ...options,
  });
  const run = async (signal = unaborted()) => {
    const outcome = await policy(() => {
      calls += 1;
      return Promise.reject(failure);
    }, signal).catch((error: unknown) => error);
    return { outcome, calls, waits, told };
  };
  return run;
}

const passing: FailureCode[] = [
  'MODEL_UNREACHABLE',
  'MODEL_OVERLOADED',
  'MODEL_RATE_LIMITED',
  'MODEL_STREAM_BROKEN',
];

describe('retrying', () => {
  it('doubles the wait up to its cap, and gives up with the last failure', async () => {
    const failure = new Failure('MODEL_UNREACHABLE', 'no route');
    expect(await retryUnderTest(failure)()).toEqual({
      outcome: failure,
      calls: 4,
      waits: [1000, 2000, 3000],
      told: ['1 MODEL_UNREACHABLE 1000', '2 MODEL_UNREACHABLE 2000', '3 MODEL_UNREACHABLE 3000'],
    });
  });

  it.each([
    [0, [0, 0, 0]],
    [0.5, [500, 1000, 1500]],
  ])('draws the wait anywhere below that: %s', async (drawn, waits) => {
    const failure = new Failure('MODEL_UNREACHABLE', 'no route');
    expect(await retryUnderTest(failure, { random: () => drawn })()).toMatchObject({ waits });
  });

  it.each([
    [2, [2000, 2000, 2000]],
    [60, [3000, 3000, 3000]],
  ])('waits as long as the server asked: %s s', async (retryAfterSeconds, waits) => {
    const failure = new Failure('MODEL_RATE_LIMITED', 'slow down', { retryAfterSeconds });
    expect(await retryUnderTest(failure)()).toMatchObject({ waits });
  });

  it.each(failureCodes.filter((code) => !passing.includes(code)))('does not repeat %s', async (code) => {
    expect(await retryUnderTest(new Failure(code, code))()).toMatchObject({ calls: 1, waits: [], told: [] });
  });

  it('does not repeat a bug of ours, nor a call that was cancelled', async () => {
    expect(await retryUnderTest(new RangeError('bug'))()).toMatchObject({ calls: 1 });
    const cancelled = new AbortController();
    const run = retryUnderTest(new Failure('MODEL_UNREACHABLE', 'no route'), {
      clock: { wait: () => Promise.reject(new Error('cancelled')) },
    });
    cancelled.abort(new Error('cancelled'));
    const { outcome, calls } = await run(cancelled.signal);
    expect({ outcome: String(outcome), calls }).toEqual({ outcome: 'Error: cancelled', calls: 0 });
  });
});
