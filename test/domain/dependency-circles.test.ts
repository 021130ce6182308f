import { describe, expect, it } from '@jest/globals';
import { findCircles, wayRound } from '../../src/domain/dependency-circles.ts';

function circlesOf(dependencies: Record<string, string[]>): Record<string, string> {
  const circles = findCircles(new Map(Object.entries(dependencies)));
  return Object.fromEntries([...circles].map(([node, members]) => [node, [...members].sort().join('')]));
}

describe('findCircles', () => {
  it.each<[string, Record<string, string[]>, Record<string, string>]>([
    ['nothing', {}, {}],
    ['a chain', { a: ['b'], b: ['c'], c: [] }, {}],
    ['a name that is no node', { a: ['z'] }, {}],
    ['a diamond', { a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }, {}],
    ['one that waits for itself', { a: ['a'], b: ['a'] }, { a: 'a' }],
    ['two', { a: ['b'], b: ['a'] }, { a: 'ab', b: 'ab' }],
    ['a tail on a circle', { x: ['a'], a: ['b'], b: ['a'] }, { a: 'ab', b: 'ab' }],
    ['two circles that share one', { a: ['b', 'c'], b: ['a'], c: ['a'] }, { a: 'abc', b: 'abc', c: 'abc' }],
    [
      'a circle that leads to another',
      { a: ['b'], b: ['a', 'c'], c: ['d'], d: ['c'] },
      { a: 'ab', b: 'ab', c: 'cd', d: 'cd' },
    ],
  ])('of %s', (_what, dependencies, expected) => {
    expect(circlesOf(dependencies)).toEqual(expected);
  });
});

describe('wayRound', () => {
  const dependencies = new Map([
    ['a', ['b', 'c', 'out']],
    ['b', ['d', 'c']],
    ['c', ['d']],
    ['d', ['a']],
    ['out', []],
  ]);
  const circle = new Set(['a', 'b', 'c', 'd']);

  it('is a shortest one, from the node and back', () => {
    expect(wayRound('a', circle, dependencies)).toHaveLength(4);
    expect(wayRound('d', circle, dependencies)).toEqual(['d', 'a', 'b', 'd']);
  });

  it('is not asked of a node in no circle', () => {
    expect(() => wayRound('out', new Set(['out']), dependencies)).toThrow('out is in no circle');
  });
});
