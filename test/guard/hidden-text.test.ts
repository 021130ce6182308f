import { describe, expect, it } from '@jest/globals';
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
