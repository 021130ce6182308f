import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { alignLines } from '../../src/agent/align-lines.ts';

describe('alignLines', () => {
  it('keeps what both lists have in common, in order', () => {
    expect(alignLines(['a', 'b', 'c'], ['a', 'x', 'c'])).toEqual([0, -1, 2]);
    expect(alignLines(['a', 'b'], ['x', 'a', 'b', 'y'])).toEqual([-1, 0, 1, -1]);
    expect(alignLines(['q', 'a', 'r', 'b'], ['a', 'z', 'b', 's'])).toEqual([1, -1, 3, -1]);
    expect(alignLines([], ['a'])).toEqual([-1]);
    expect(alignLines(['a'], [])).toEqual([]);
  });

  it('keeps equal lines only, each once and in order', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 20 });
    fc.assert(
      fc.property(lines, lines, (old, fresh) => {
        const kept = alignLines(old, fresh);
        const used = kept.filter((from) => from >= 0);
        expect(used).toEqual([...new Set(used)].sort((a, b) => a - b));
        expect(kept.every((from, index) => from < 0 || old[from] === fresh[index])).toBe(true);
        expect(alignLines(old, old)).toEqual([...old.keys()]);
      }),
    );
  });

  it('keeps only start and end of lists that are too long to compare in full', () => {
    const old = Array.from({ length: 900 }, (_, index) => `old ${index}`);
    const fresh = ['old 0', ...Array.from({ length: 900 }, (_, index) => `new ${index}`), 'old 5', 'old 899'];
    const kept = alignLines(old, fresh);
    expect([kept[0], kept.at(-1), kept.at(-2)]).toEqual([0, 899, -1]);
  });
});
