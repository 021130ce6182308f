import { describe, expect, it } from '@jest/globals';
import { findDeceptiveText } from '../../src/guard/deceptive-text.ts';
import { findHiddenText } from '../../src/guard/hidden-text.ts';
import { captured, type Edit } from '../support/captured.ts';
import { inspected } from '../support/inspected.ts';

const refused = (edit: Edit) => findHiddenText(inspected(captured(edit)));
const withLine = (line: string) => refused({ path: 'a.ts', before: 'x\n', after: `x\n${line}\n` });

describe('hidden text', () => {
  it.each([
    ['a reversal', 'if (user) { /* \u202e } */', 'U+202E', 16],
    ['an isolate', 'a\u2066b', 'U+2066', 2],
    ['a zero width space', 'a\u200bb', 'U+200B', 2],
    ['a joiner in an identifier', 'is\u200dAdmin', 'U+200D', 3],
    ['a tag', 'x\u{e0041}', 'U+E0041', 2],
    ['a blank letter', 'const \u3164 = 1', 'U+3164', 7],
    ['a selector that smuggles', 'a\ufe01', 'U+FE01', 2],
    ['a byte order mark within a file', '\ufeffx', 'U+FEFF', 1],
    ['a line separator', 'a\u2028b', 'U+2028', 2],
    ['a soft hyphen in code', 'ad\u00admin', 'U+00AD', 3],
  ])('is refused with its place: %s', (_what, line, name, column) => {
    expect(withLine(line)).toEqual([
      { code: 'GUARD_HIDDEN_TEXT', path: 'a.ts', line: 2, reason: expect.stringContaining(name) },
    ]);
    expect(withLine(line)[0]?.reason).toContain(`column ${column} `);
  });

  it.each([
    ['Persian', 'می\u200cخواهم'],
    ['Hindi', 'क्\u200dष'],
    ['a family', '👨\u200d👩\u200d👧'],
    ['a heart', '❤\ufe0f'],
    ['a key cap', '1\ufe0f\u20e3'],
    ['a form feed', '\f'],
    ['Windows line ends', 'x\r'],
    ['a tab and a no-break space', '\ta\u00a0b'],
    ['Hebrew', 'שלום'],
  ])('is not seen in %s', (_what, line) => {
    expect(withLine(line)).toEqual([]);
  });

  it('may begin a file as its byte order mark', () => {
    expect(refused({ path: 'a.cs', before: null, after: '\ufeffusing System;\n' })).toEqual([]);
  });

  it('may stay or go where it was', () => {
    expect(refused({ path: 'a.ts', before: 'a\u200b\n', after: 'b\n' })).toEqual([]);
  });

  it.each([
    ['a picture', 'a.png', '\u0000', 0],
    ['a program, which another rule refuses', 'a.js', '\u0000', 0],
    ['a script called a picture', 'a.png', '', 1],
  ])('counts where bytes are text: %s', (_what, path, extra, count) => {
    expect(refused({ path, before: null, after: `${extra}\u061c\n` })).toHaveLength(count);
  });

  it('is refused in a new name', () => {
    expect(refused({ path: 'a\u202etxt.exe', before: null, after: 'x\n' })).toMatchObject([{ line: 0 }]);
    expect(refused({ path: 'a\u202etxt.exe', before: 'x\n', after: 'y\n' })).toEqual([]);
  });
});

describe('deceptive text', () => {
  const lines = (path: string, after: string, before = 'x\n') =>
    findDeceptiveText(inspected(captured({ path, before, after: `x\n${after}\n` }))).map(({ line }) => line);
  const first = (line: string) =>
    findDeceptiveText(inspected(captured({ path: 'a.py', before: null, after: `${line}\n` })));

  it('is a word of two scripts that look alike, in a program', () => {
    expect(lines('a.ts', 'const \u0430dmin = 1;')).toEqual([2]);
    expect(
      findDeceptiveText(inspected(captured({ path: 'a.ts', before: null, after: 'p\u0430y()\n' }))),
    ).toEqual([
      { code: 'GUARD_HIDDEN_TEXT', path: 'a.ts', line: 1, reason: expect.stringContaining('"p\u0430y"') },
    ]);
    for (const line of [
      '// \u0430 b',
      '// \u043f\u0440\u0438\u0432\u0435\u0442',
      'const admin = 1;',
      '// x\u043f\u0440',
    ])
      expect(lines('a.ts', line)).toEqual([]);
    expect(lines('a.md', 'p\u0430y')).toEqual([]);
    expect(lines('a.tsx.txt', 'p\u0430y')).toEqual([]);
  });

  it('is none that was there before, however far to the right', () => {
    expect(lines('a.ts', '  p\u0430y()', 'x\np\u0430y()\n')).toEqual([]);
    expect(lines('a.ts', 'y\np\u0430y()', 'x\np\u0430y(1)\n')).toEqual([3]);
  });

  it('is what stands where nobody looks', () => {
    const far = (gap: number) => lines('a.ts', `a();${' '.repeat(gap)}b();`);
    expect([far(199), far(200)]).toEqual([[], [2]]);
    expect(lines('a.ts', `${' '.repeat(300)}b();`)).toEqual([]);
    expect(lines('a.ts', `b();${' '.repeat(300)}`)).toEqual([]);
  });

  it.each([
    '# coding: utf-7',
    '# -*- coding: rot13 -*-',
    '#coding=raw_unicode_escape',
    '\t# vim: set fileencoding=utf_16 :',
    '# coding: xutf-8',
    '# coding: utf-8x',
    '# coding:cp037',
  ])('is another reading of a file of Python: %s', (line) => {
    expect(first(line)).toHaveLength(1);
    expect([lines('a.py', line), lines('a.py', `y\n${line}`), lines('a.js', line)]).toEqual([[2], [], []]);
  });

  it.each([
    '# coding: utf-8', '# coding=utf8', '# -*- coding: UTF-8-sig -*-', '# coding: ascii', '# coding: us-ascii', '# coding: latin1', '# coding: latin-1',
    '# coding: iso-8859-15', '# coding', 'x = 1 # coding: rot13', '# encoding is utf-7',
  ])('is not the reading that everybody expects: %s', (line) => expect(first(line)).toEqual([])); // prettier-ignore

  it('is an escape that Java reads before it knows what is a comment', () => {
    for (const escape of ['u000a', 'u000D', 'uu0022', 'u0027', 'u002a', 'u002f', 'u005c']) {
      expect(lines('A.java', `// \\${escape} run();`)).toEqual([2]);
      expect(lines('a.ts', `// \\${escape} run();`)).toEqual([]);
    }
    expect(lines('A.java', '// \\u0041 \\u000b')).toEqual([]);
  });
});
