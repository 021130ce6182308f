import { expect, it } from '@jest/globals';
import { duration } from '../../src/cli/duration.ts';

it.each([
  [-5, '0 s'],
  [0, '0 s'],
  [1290, '1.2 s'],
  [9999, '9.9 s'],
  [10_000, '10 s'],
  [59_999, '59 s'],
  [65_000, '1:05 min'],
  [3_599_000, '59:59 min'],
  [7_500_000, '2:05 h'],
])('%d ms is %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});
