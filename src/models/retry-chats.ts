import pRetry from 'p-retry';
import type { ChatRequest } from '../domain/chat.ts';
import { toFailure } from '../domain/failure.ts';
import type { FailureCode } from '../domain/failure.ts';
import type { ChatModel, Clock } from '../ports.ts';

export type RetryOptions = {
  /** Repetitions after the first call. */
  attempts: number;
  /** Milliseconds before the first repetition; they double up to `maxDelay`. */
  delay: number;
  maxDelay: number;
  clock: Pick<Clock, 'wait'>;
  /** From 0 to 1; several that wait for one server must not come back together. */
  random: () => number;
};

/** What may be gone at the next try. A slow model is as slow again, so a timeout is not among them. */
const passing: readonly FailureCode[] = ['MODEL_UNREACHABLE', 'MODEL_OVERLOADED', 'MODEL_STREAM_BROKEN'];

/** Repeats calls that failed for a passing reason, and nothing else. */
export function retryChats(model: ChatModel, options: RetryOptions): ChatModel {
  const { attempts, clock } = options;
  const repeat = <T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> =>
    pRetry(call, {
      retries: attempts,
      // The library's own timers could not be stopped by our clock.
      minTimeout: 0,
      maxTimeout: 0,
      signal,
      shouldRetry: ({ error }) => !signal.aborted && passing.includes(toFailure(error).code),
      onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
        const failure = toFailure(error);
        if (retriesLeft > 0 && passing.includes(failure.code))
          await clock.wait(delayOf(options, attemptNumber, failure.retryAfterSeconds), signal);
      },
    });
  return {
    facts: (name, signal) => repeat(() => model.facts(name, signal), signal),
    chat: (request: ChatRequest, signal) => repeat(() => model.chat(request, signal), signal),
  };
}

function delayOf(
  { delay, maxDelay, random }: RetryOptions,
  attempt: number,
  asked: number | undefined,
): number {
  if (asked !== undefined) return Math.min(maxDelay, asked * 1000);
  const full = Math.min(maxDelay, delay * 2 ** (attempt - 1));
  return full * (0.75 + 0.25 * random());
}
