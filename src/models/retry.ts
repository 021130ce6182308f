import pRetry from 'p-retry';
import { toFailure } from '../domain/failure.ts';
import type { Failure } from '../domain/failure.ts';
import type { Clock } from '../ports.ts';
import { isPassing } from './faults.ts';
import type { Policy } from './policy.ts';

export type RetryOptions = {
  /** Repetitions after the first call. */
  attempts: number;
  /** Milliseconds before the first repetition at most; they double up to `maxDelay`. */
  delay: number;
  maxDelay: number;
  clock: Pick<Clock, 'wait'>;
  /** From 0 to 1; several that wait for one server must not come back together. */
  random: () => number;
  /** Told before each wait. */
  onRetry?: (retry: { failure: Failure; attempt: number; waitMs: number }) => void;
};

/** Repeats calls that failed for a passing reason, and nothing else. */
export function retrying(options: RetryOptions): Policy {
  const { attempts, clock } = options;
  return (act, signal) =>
    pRetry(act, {
      retries: attempts,
      // The library's own timers could not be stopped by our clock.
      minTimeout: 0,
      maxTimeout: 0,
      signal,
      shouldRetry: ({ error }) => !signal.aborted && isPassing(toFailure(error).code),
      onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
        const failure = toFailure(error);
        if (signal.aborted || retriesLeft === 0 || !isPassing(failure.code)) return;
        const waitMs = delayOf(options, attemptNumber, failure.retryAfterSeconds);
        options.onRetry?.({ failure, attempt: attemptNumber, waitMs });
        await clock.wait(waitMs, signal);
      },
    });
}

/** Full jitter: anything from nothing to the doubled delay, unless the server said how long. */
function delayOf(
  { delay, maxDelay, random }: RetryOptions,
  attempt: number,
  asked: number | undefined,
): number {
  if (asked !== undefined) return Math.min(maxDelay, asked * 1000);
  return Math.round(random() * Math.min(maxDelay, delay * 2 ** (attempt - 1)));
}
