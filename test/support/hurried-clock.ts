import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../../src/ports.ts';

/** A real clock on which `speed` milliseconds pass in one, for waits that a test must live through. */
export function hurriedClock(speed: number): Clock {
  const monotonic = (): number => performance.now() * speed;
  const started = monotonic();
  return {
    now: () => new Date(Date.parse('2026-01-02T10:00:00Z') + monotonic() - started),
    monotonic,
    wait: (ms, signal) => setTimeout(ms / speed, undefined, signal === undefined ? {} : { signal }),
  };
}
