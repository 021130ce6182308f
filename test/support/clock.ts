import type { Clock } from '../../src/ports.ts';

/** A clock that stands still until a test moves it. */
export type ManualClock = Clock & {
  /** Moves both clocks forward and lets everything due run, in the order it is due. */
  advance(ms: number): Promise<void>;
  /** Moves the wall clock alone, as a person or a time server does. */
  setWallClock(date: Date): void;
  /** How many waits are open. */
  waiting(): number;
  /** Resolves once at least `count` waits are open: whoever was to wait has come that far. */
  untilWaiting(count: number): Promise<void>;
};

type Wait = { due: number; wake: () => void };

export function manualClock(start = new Date('2026-01-02T10:00:00.000Z')): ManualClock {
  let elapsed = 0;
  let wallStart = start.getTime();
  const waits = new Set<Wait>();
  let watchers: { count: number; resolve: () => void }[] = [];

  function notifyWatchers(): void {
    const met = watchers.filter((watcher) => waits.size >= watcher.count);
    watchers = watchers.filter((watcher) => waits.size < watcher.count);
    for (const watcher of met) watcher.resolve();
  }

  return {
    now: () => new Date(wallStart + elapsed),
    monotonic: () => elapsed,
    wait(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason as Error);
          return;
        }
        const abort = (): void => {
          waits.delete(wait);
          reject(signal?.reason as Error);
        };
        const wake = (): void => {
          signal?.removeEventListener('abort', abort);
          resolve();
        };
        const wait: Wait = { due: elapsed + ms, wake };
        signal?.addEventListener('abort', abort, { once: true });
        waits.add(wait);
        notifyWatchers();
      });
    },
    async advance(ms) {
      const end = elapsed + ms;
      for (let next = earliest(waits, end); next !== undefined; next = earliest(waits, end)) {
        waits.delete(next);
        elapsed = Math.max(elapsed, next.due);
        next.wake();
        await settle();
      }
      elapsed = end;
      await settle();
    },
    setWallClock(date) {
      wallStart = date.getTime() - elapsed;
    },
    waiting: () => waits.size,
    untilWaiting(count) {
      return new Promise((resolve) => {
        watchers.push({ count, resolve });
        notifyWatchers();
      });
    },
  };
}

function earliest(waits: ReadonlySet<Wait>, end: number): Wait | undefined {
  let first: Wait | undefined;
  for (const wait of waits)
    if (wait.due <= end && (first === undefined || wait.due < first.due)) first = wait;
  return first;
}

/** Gives the woken ones a turn, so that what they wait for next is counted too. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
