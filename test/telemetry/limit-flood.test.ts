import { it, expect } from '@jest/globals';
import { limitFlood } from '../../src/telemetry/limit-flood.ts';

it('lets so many lines a second through and tells how many it held back', () => {
  const flood = limitFlood(2);
  const seen = [0, 1, 2, 3, 999].map((now) => flood.admit('watcher', now).pass);
  expect(seen).toEqual([true, true, false, false, false]);
  expect(flood.admit('git', 4)).toEqual({ pass: true, suppressed: 0 });
  expect(flood.admit('watcher', 1000)).toEqual({ pass: true, suppressed: 3 });
  expect(flood.admit('watcher', 1001)).toEqual({ pass: true, suppressed: 0 });
});

it('gives the untold ones up once', () => {
  const flood = limitFlood(1);
  flood.admit('a', 0);
  flood.admit('a', 0);
  flood.admit('b', 0);
  expect(flood.drain()).toEqual([{ source: 'a', suppressed: 1 }]);
  expect(flood.drain()).toEqual([]);
});
