import type { Failure } from '../domain/failure.ts';
import type { Clock } from '../ports.ts';

/** Time limits of one call. Its signal fires with the caller's reason, or with the failure of the limit that is over. */
export type Deadlines = {
  readonly signal: AbortSignal;
  /** Starts a limit of `ms` milliseconds. */
  start(ms: number, failure: Failure): Deadline;
  /** Drops every limit; to be called however the call ends. */
  stop(): void;
};

export type Deadline = {
  /** Counts from now again. Cheap: moves a number, sets no timer. */
  renew(): void;
  drop(): void;
};

export function setDeadlines(clock: Clock, caller: AbortSignal): Deadlines {
  const overdue = new AbortController();
  const stopped = new AbortController();
  return {
    signal: AbortSignal.any([caller, overdue.signal]),
    start(ms, failure) {
      const dropped = new AbortController();
      let due = clock.monotonic() + ms;
      void elapsed(() => due, clock, AbortSignal.any([stopped.signal, dropped.signal])).then((isOver) => {
        if (isOver) overdue.abort(failure);
      });
      return { renew: () => void (due = clock.monotonic() + ms), drop: () => dropped.abort() };
    },
    stop: () => stopped.abort(),
  };
}

/** True once `due()` has passed, however often it moved meanwhile; false when the signal came first. */
async function elapsed(due: () => number, clock: Clock, signal: AbortSignal): Promise<boolean> {
  for (let left = due() - clock.monotonic(); left > 0; left = due() - clock.monotonic()) {
    try {
      await clock.wait(Math.ceil(left), signal);
    } catch {
      return false;
    }
  }
  return !signal.aborted;
}
