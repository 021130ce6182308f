import type { Clock } from '../ports.ts';

/** Until when tickets that were put back are left alone, by a clock that nobody can set. */
export interface WaitList {
  hold(file: string, seconds: number): void;
  /** Seconds that are left; 0 when it may be taken. */
  seconds(file: string): number;
}

export function openWaitList(clock: Pick<Clock, 'monotonic'>): WaitList {
  const until = new Map<string, number>();
  return {
    hold(file, seconds) {
      if (seconds > 0) until.set(file, clock.monotonic() + seconds * 1000);
    },
    seconds(file) {
      const left = ((until.get(file) ?? 0) - clock.monotonic()) / 1000;
      if (left > 0) return left;
      until.delete(file);
      return 0;
    },
  };
}
