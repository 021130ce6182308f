import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { didYouMean, editDistance } from '../../src/config/did-you-mean.ts';

describe('didYouMean', () => {
  it.each([
    ['procesing', ['processing', 'server'], 'processing'],
    ['CONCURRENCY', ['concurrency'], 'concurrency'],
    ['prot', ['port', 'host'], 'port'],
    ['fxi', ['fix', 'hold'], 'fix'],
    ['timeoutt', ['stallTimeout', 'timeout'], 'timeout'],
    ['gitlab', ['github'], null],
    ['colour', ['port'], null],
    ['x', [], null],
  ])('%s among %j means %s', (written, candidates, meant) => {
    expect(didYouMean(written, candidates)).toBe(meant);
  });

  it('prefers the nearest candidate, and of equals the first', () => {
    expect(didYouMean('abcdefgh', ['abcdefxx', 'abcdefgx', 'abcdefgy'])).toBe('abcdefgx');
  });
});

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['kitten', 'sitting', 3],
    ['ab', 'ba', 1],
  ])('from %j to %j is %i', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
  });

  it('is a distance: zero only for equals, the same both ways, never over the longer text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        const distance = editDistance(a, b);
        expect(distance === 0).toBe(a === b);
        expect(editDistance(b, a)).toBe(distance);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});
