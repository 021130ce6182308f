import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { covers, overlaps, unite } from '../../src/backlog/ranges.ts';
import type { Range } from '../../src/backlog/ranges.ts';

const range = fc
  .tuple(fc.nat(50), fc.integer({ min: 1, max: 10 }))
  .map(([start, length]): Range => ({ start, end: start + length }));

describe('a union of ranges', () => {
  it('is sorted and apart', () => {
    const ranges = [
      { start: 5, end: 7 },
      { start: 0, end: 2 },
      { start: 2, end: 3 },
    ];
    expect(unite(ranges)).toEqual([
      { start: 0, end: 3 },
      { start: 5, end: 7 },
    ]);
    expect(unite([])).toEqual([]);
  });

  it('answers as the ranges one by one would', () => {
    fc.assert(
      fc.property(fc.array(range), range, fc.nat(60), (ranges, other, position) => {
        const union = unite(ranges);
        expect(covers(union, position)).toBe(
          ranges.some(({ start, end }) => start <= position && position < end),
        );
        expect(overlaps(union, other)).toBe(
          ranges.some(({ start, end }) => start < other.end && other.start < end),
        );
      }),
    );
  });
});
