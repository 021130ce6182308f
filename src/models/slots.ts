import type { Clock } from '../ports.ts';
import { fixedLimit, measuredLimit } from './slot-limit.ts';

export type Slots = {
  /** So many at a time; the rest waits in the order it came. A call tells when its first token came. */
  run<T>(act: (onFirstToken: () => void) => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Calls at work and waiting, as a part of what can be done at once. */
  load(): number;
  /** What can be done at once now. */
  count(): number;
  /** Halves what is done at once for a while: the server said it is too much. */
  lower(): void;
};

/** `count`: "auto" finds by trying how many calls the server does well with. */
export function openSlots(count: number | 'auto', clock: Pick<Clock, 'monotonic'>): Slots {
  const limit = count === 'auto' ? measuredLimit(clock) : fixedLimit(count, clock);
  let busy = 0;
  const waiting: (() => void)[] = [];

  async function take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (busy < limit.count() && waiting.length === 0) {
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
    while (busy < limit.count() && waiting.length > 0) waiting.shift()?.();
  }

  return {
    load: () => (busy + waiting.length) / limit.count(),
    count: () => limit.count(),
    lower: () => limit.lower(),
    async run(act, signal) {
      await take(signal);
      const [started, atWork] = [clock.monotonic(), busy];
      try {
        const result = await act(() => limit.heard(clock.monotonic() - started, atWork));
        limit.ended(waiting.length > 0);
        return result;
      } finally {
        give();
      }
    },
  };
}
