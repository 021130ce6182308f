import { describe, expect, it } from '@jest/globals';
import { nearestPaths, nearestRegion, showRegion } from '../../src/agent/nearest-region.ts';

const lines = ['import x', '', 'function add(a, b) {', '  return a + b;', '}', '', 'end'];

describe('nearestRegion', () => {
  it('finds the lines most alike and the first that differs', () => {
    const region = nearestRegion(lines, ['', 'function add(a, b) {', '  return a - b;', '}']);
    expect(region).toMatchObject({ start: 2, length: 3, differs: 1 });
    expect(region && showRegion(lines, region)).toBe('  3|function add(a, b) {\n> 4|  return a + b;\n  5|}');
  });

  it.each([
    ['nothing is alike enough', ['zzz', 'yyy']],
    ['the search is blank', ['', ' ']],
    ['the search is very long', Array<string>(401).fill('import x')],
  ])('finds none when %s', (_, search) => {
    expect(nearestRegion(lines, search)).toBeUndefined();
  });

  it('is found in a file that is shorter than the search', () => {
    expect(nearestRegion(['import x'], ['import x', 'y'])).toBeUndefined();
    expect(nearestRegion(['import x', 'import y'], ['import x', 'import y', 'z'])).toMatchObject({
      start: 0,
      length: 2,
    });
  });

  it('is found by an equal line where comparing everything would take too long', () => {
    const long = Array.from({ length: 20_000 }, (_, index) => `line number ${index}`);
    const search = Array.from({ length: 100 }, (_, index) =>
      index === 50 ? 'something else' : `line number ${7000 + index}`,
    );
    expect(nearestRegion(long, search)).toMatchObject({ start: 7000, differs: 50 });
  });
});

describe('nearestPaths', () => {
  it('prefers the same base name and leaves out what is not alike', () => {
    const known = ['src/app/main.ts', 'src/app/mail.ts', 'docs/guide.md', 'main.ts'];
    expect(nearestPaths('source/main.ts', known)).toEqual(['main.ts', 'src/app/main.ts', 'src/app/mail.ts']);
    expect(nearestPaths('zzz', known)).toEqual([]);
  });
});
