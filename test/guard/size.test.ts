import { describe, expect, it } from '@jest/globals';
import { limitSize } from '../../src/guard/size.ts';
import { captured, type Edit } from '../support/captured.ts';
import { inspected } from '../support/inspected.ts';

const refusals = (most: number, ...edits: Edit[]) => limitSize(most)(inspected(captured(...edits)));
const text = (lines: number) => 'x\n'.repeat(lines);

describe('the size of a change', () => {
  it('may be the limit, added and removed lines counted', () => {
    expect(refusals(10, { path: 'a', before: text(10), after: '' })).toEqual([]);
    expect(
      refusals(10, { path: 'a', before: null, after: text(6) }, { path: 'b', before: null, after: text(4) }),
    ).toEqual([]);
  });

  it('is refused one line over, naming the largest file', () => {
    expect(
      refusals(10, { path: 'a', before: null, after: text(2) }, { path: 'b', before: null, after: text(9) }),
    ).toEqual([
      {
        code: 'GUARD_TOO_LARGE',
        path: 'b',
        line: 0,
        reason: expect.stringContaining('11 lines and 10 are allowed'),
      },
    ]);
  });

  it('names the largest file by what it adds and removes together', () => {
    const changed: Edit[] = [
      { path: 'new', before: null, after: text(7) },
      { path: 'rewritten', before: text(5), after: 'y\n'.repeat(5) },
      { path: 'gone', before: text(6), after: null },
    ];
    expect(refusals(22, ...changed)).toMatchObject([
      { path: 'rewritten', reason: expect.stringContaining('23 lines') },
    ]);
    expect(refusals(23, ...changed)).toEqual([]);
  });

  it('does not count a lock file, which nobody reads', () => {
    expect(refusals(10, { path: 'package-lock.json', before: null, after: text(500) })).toEqual([]);
    expect(refusals(10, { path: 'package-lock.json', before: '', after: `${'x'.repeat(20_001)}\n` })).toEqual(
      [],
    );
  });

  it('is refused over 100 files', () => {
    const files = Array.from({ length: 101 }, (_, at) => ({ path: `f${at}`, before: null, after: 'x\n' }));
    expect(refusals(1000, ...files.slice(1))).toEqual([]);
    expect(refusals(1000, ...files)).toMatchObject([{ code: 'GUARD_TOO_LARGE', path: 'f100' }]);
  });

  it('is refused over 1 MB in one file, however they are cut', () => {
    const line = `${'x'.repeat(15)}\n`.repeat(64 * 1024);
    expect(refusals(100_000, { path: 'a.min.js', before: null, after: line })).toEqual([]);
    expect(refusals(100_000, { path: 'a.min.js', before: null, after: `${line}y\n` })).toMatchObject([
      { path: 'a.min.js', line: 0, reason: expect.stringContaining('1.0 MB') },
    ]);
  });

  it('is refused for a line that nobody reads to its end', () => {
    const line = (length: number) => ({ path: 'a.js', before: 'a\n', after: `a\n${'x'.repeat(length)}\n` });
    expect(refusals(10, line(20_000))).toEqual([]);
    expect(refusals(10, line(20_001))).toMatchObject([{ code: 'GUARD_TOO_LARGE', path: 'a.js', line: 2 }]);
  });

  it('is refused when it clears out more than half of the files', () => {
    const gone = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ path: `${at}`, before: 'a\n', after: null }));
    const clearing = (count: number, baseFiles: number) =>
      limitSize(100)(inspected(captured(...gone(count)), { baseFiles }));
    expect(clearing(5, 10)).toEqual([]);
    expect(clearing(6, 10)).toMatchObject([{ code: 'GUARD_TOO_LARGE', path: '0' }]);
    expect(clearing(2, 2)).toEqual([]);
  });

  it('counts as cleared out only what is not there any more under another folder or ending', () => {
    const gone = ['src/a.b.js', 'src/c.js', 'd'].map((path): Edit => ({ path, before: 'a\n', after: null }));
    const clearing = (...added: string[]) =>
      limitSize(100)(
        inspected(captured(...gone, ...added.map((path): Edit => ({ path, before: null, after: 'a\n' }))), {
          baseFiles: 3,
        }),
      );
    expect(clearing('README.md')).toMatchObject([
      { path: 'src/a.b.js', line: 0, reason: expect.stringContaining('3 of 3 files') },
    ]);
    expect(clearing('lib/a.b.ts')).toEqual([]);
    expect(clearing('lib/c.ts')).toEqual([]);
    expect(clearing('lib/d')).toEqual([]);
    expect(clearing('a.c.js', 'lib/c/x.js', 'dd')).toHaveLength(1);
  });

  it('does not take a rewriting of many files for a clearing out', () => {
    const rewritten = Array.from({ length: 5 }, (_, at) => ({ path: `${at}`, before: 'a\n', after: 'b\n' }));
    expect(limitSize(100)(inspected(captured(...rewritten), { baseFiles: 5 }))).toEqual([]);
  });
});
