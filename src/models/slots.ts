import type { Clock } from '../ports.ts';
import type { Policy } from './policy.ts';

export type Slots = {
  /** So many at a time; the rest waits in the order it came. */
  run: Policy;
  /** Calls at work and waiting, as a part of what can be done at once. */
  load(): number;
  /** Halves what is done at once for a while: the server said it is too much. */
  lower(): void;
};

/** Milliseconds until a lowered number is whole again. */
const lowered = 60_000;

export function openSlots(count: number, clock: Pick<Clock, 'monotonic'>): Slots {
  let low = { count, until: -Infinity };
  let busy = 0;
  const waiting: (() => void)[] = [];

  const places = (): number => (clock.monotonic() < low.until ? low.count : count);

  async function take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (busy < places() && waiting.length === 0) {
      busy += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const enter = (): void => {
        signal.removeEventListener('abort', leave);
        busy += 1;
        resolve();
      };
      const leave = (): void => {
        waiting.splice(waiting.indexOf(enter), 1);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', leave, { once: true });
      waiting.push(enter);
    });
  }

  function give(): void {
    busy -= 1;
    while (busy < places() && waiting.length > 0) waiting.shift()?.();
  }

  return {
    load: () => (busy + waiting.length) / places(),
    lower: () =>
      void (low = { count: Math.max(1, Math.floor(places() / 2)), until: clock.monotonic() + lowered }),
    async run(act, signal) {
      await take(signal);
      try {
        return await act();
      } finally {
        give();
      }
    },
  };
}
