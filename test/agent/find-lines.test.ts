import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findLines, foldLines, plainPunctuation } from '../../src/agent/find-lines.ts';

describe('findLines', () => {
  it.each([
    ['exact', ['a ', 'b', 'a'], ['a '], [0]],
    ['trailing', ['a  ', 'b'], ['a', 'b'], [0]],
    ['punctuation', ['say “hi” – now', 'x'], ['say "hi" - now'], [0]],
    ['punctuation', ['ＡＢＣ１２３', 'cafe\u0301'], ['ABC123', 'café'], [0]],
    ['indentation', ['\tif x:', '\t\ty'], ['if x:', '  y'], [0]],
    ['spaces', ['const   x    =     5;'], ['const x = 5;'], [0]],
  ])('finds lines at the stage %s', (stage, file, search, starts) => {
    expect(findLines(foldLines(file), search)).toMatchObject({ stage, starts });
  });

  it('reports every place of the strictest stage and does not look on', () => {
    const hits = findLines(foldLines(['x', 'a', 'x', '  x']), ['x']);
    expect(hits?.starts).toEqual([0, 2]);
  });

  it('counts lines that differ only in trailing blanks as equal when the search has none', () => {
    expect(findLines(foldLines(['a  ', 'a']), ['a'])?.starts).toEqual([0, 1]);
    expect(findLines(foldLines(['a  ', 'a']), ['a  '])?.starts).toEqual([0]);
  });

  it('leaves blank lines around the search out only when it is not there with them', () => {
    expect(findLines(foldLines(['', 'a', 'b']), ['', 'a'])).toMatchObject({ starts: [0], blankStart: 0 });
    expect(findLines(foldLines(['a', 'b']), ['', 'a', '', ''])).toMatchObject({
      starts: [0],
      blankStart: 1,
      blankEnd: 2,
    });
  });

  it('never finds a search that is blank', () => {
    expect(findLines(foldLines(['', 'a']), [''])).toBeUndefined();
    expect(findLines(foldLines(['', 'a']), [])).toBeUndefined();
  });

  it('stops at the last stage asked for', () => {
    expect(findLines(foldLines(['  a']), ['a'], 'trailing')).toBeUndefined();
  });

  it('finds overlapping places, as comparing everywhere does', () => {
    const line = fc.constantFrom('a', 'b');
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 30 }),
        fc.array(line, { minLength: 1, maxLength: 4 }),
        (file, search) => {
          const expected = file.flatMap((_, start) =>
            search.every((each, index) => file[start + index] === each) ? [start] : [],
          );
          expect(findLines(foldLines(file), search)?.starts ?? []).toEqual(expected);
        },
      ),
    );
  });

  it('plain punctuation keeps the length of a line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (line) => plainPunctuation(line).length === line.length),
    );
  });
});
