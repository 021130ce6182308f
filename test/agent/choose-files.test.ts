import { describe, expect, it } from '@jest/globals';
import { chooseFiles, identifiersOf, mentions } from '../../src/agent/choose-files.ts';

const task = { id: '1', title: '', brief: '', criteria: [], notes: '' };
const file = (path: string, text?: string) => ({ path, text });

describe('chooseFiles', () => {
  it('puts first what the task names, then what has its words, with the tests beside them', () => {
    const files = [
      file('README.md', 'parseDate is described here'),
      file('src/dates.ts', 'export function parseDate() {}'),
      file('src/unrelated.ts', 'export const x = 1'),
      file('src/format.ts', ''),
      file('test/format.test.ts', ''),
      file('test/test_dates.py', ''),
    ];
    const brief = 'Let `parseDate` accept ISO dates; see src/format.ts.';
    expect(chooseFiles({ ...task, brief }, files)).toEqual([
      'src/format.ts',
      'test/format.test.ts',
      'src/dates.ts',
      'test/test_dates.py',
      'README.md',
    ]);
  });

  it('knows a file by its name alone, and takes no more than asked for', () => {
    const files = Array.from({ length: 20 }, (_, index) => file(`src/date${index}/date.ts`));
    expect(chooseFiles({ ...task, brief: 'Mend date.ts' }, files, 3)).toHaveLength(3);
  });

  it('finds nothing where nothing fits, and thinks little of lock files and of what a build made', () => {
    expect(chooseFiles({ ...task, title: 'Hello' }, [file('a.ts', 'x')])).toEqual([]);
    const files = [
      file('package-lock.json', 'leftPad'),
      file('dist/leftPad.js', ''),
      file('pad.js', 'leftPad'),
    ];
    expect(chooseFiles({ ...task, title: 'Remove leftPad' }, files)).toEqual([
      'pad.js',
      'dist/leftPad.js',
      'package-lock.json',
    ]);
  });
});

describe('identifiersOf', () => {
  it('knows names of code by their looks', () => {
    const text =
      'Rename `old name` and `call(x)`, then fooBar, snake_case, MAX_SIZE, run() and HTTP; not Words.';
    expect(identifiersOf(text)).toEqual([
      'old name',
      'call',
      'fooBar',
      'snake_case',
      'MAX_SIZE',
      'run',
      'HTTP',
    ]);
  });
});

describe('mentions', () => {
  it.each([
    ['see src/a.ts.', 'src/a.ts', true],
    ['see lib/src/a.ts', 'src/a.ts', false],
    ['a.tsx and a.ts', 'a.ts', true],
    ['fooBarBaz', 'fooBar', false],
    ['', 'x', false],
  ])('%s holds %s: %s', (text, name, holds) => {
    expect(mentions(text, name)).toBe(holds);
  });
});
