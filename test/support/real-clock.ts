import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../../src/ports.ts';

export const realClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  wait: (ms, signal) => setTimeout(ms, undefined, signal === undefined ? {} : { signal }),
};
