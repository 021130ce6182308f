import { describe, expect, it } from '@jest/globals';
import { findConflictMarkers } from '../../src/guard/conflict-markers.ts';
import { captured, type Edit } from '../support/captured.ts';
import { inspected } from '../support/inspected.ts';

const lines = (edit: Edit) => findConflictMarkers(inspected(captured(edit))).map((refusal) => refusal.line);

const open = '<'.repeat(7);
const divide = '='.repeat(7);
const close = '>'.repeat(7);

describe('conflict markers', () => {
  it.each([
    ['a merge', `${open} HEAD\na\n${divide}\nb\n${close} topic\n`, [1, 3, 5]],
    [
      'a merge with its base',
      `${open} ours\na\n||||||| 1a2b3c\nb\n${divide}\nc\n${close} theirs\n`,
      [1, 3, 5, 7],
    ],
    ['a half-applied edit', `x\n${open} SEARCH\ny\n`, [2]],
    ['nine marks', `${close}>> REPLACE\n`, [1]],
    ['Windows line ends', `${open} HEAD\r\na\r\n${divide}\r\n${close} b\r\n`, [1, 3, 4]],
    ['bare marks around a divider', `${open}\na\n${divide}\nb\n${close}\n`, [1, 3, 5]],
    ['what is left of one', `a\n${divide}\nb\n`, [2]],
    ['a conflict of Jujutsu', `${'%'.repeat(7)} Changes\n`, [1]],
    ['one that was moved', `  ${open} HEAD\n`, [1]],
  ])('are found: %s', (_what, after, expected) => {
    expect(lines({ path: 'src/a.js', before: null, after })).toEqual(expected);
  });

  it.each([
    ['a Markdown heading', `Changes\n${divide}\n\nText\n`],
    ['an rst heading', `Changes\n${close}\n\nText\n`],
    ['an indented example', `    ${open} HEAD\n`],
    ['a shift in code', 'a <<<<<<< b\n'],
    ['a mail quotation', '>>>> so you said\n'],
    ['a table', `||||||| a |\n`],
  ])('are not seen in %s', (_what, after) => {
    expect(lines({ path: 'docs/a.md', before: null, after })).toEqual([]);
  });

  it.each(['<', '>', '|'])('are found of seven to nine %s with a name behind them', (mark) => {
    const found = (count: number) =>
      lines({ path: 'a.md', before: null, after: `${mark.repeat(count)} topic\n` }).length;
    expect([6, 7, 8, 9, 10].map(found)).toEqual([0, 1, 1, 1, 0]);
  });

  it.each(['%', '+', '\\'])(
    'are found of seven %s with a name behind them, as Jujutsu writes them',
    (mark) => {
      const found = (count: number) =>
        lines({ path: 'a.md', before: null, after: `${mark.repeat(count)} topic\n` }).length;
      expect([6, 7, 8].map(found)).toEqual([0, 1, 0]);
    },
  );

  it('are found where a model forgot the blank before the name', () => {
    const found = (line: string) => lines({ path: 'a.md', before: null, after: `${line}\n` }).length;
    expect([`${open}HEAD`, `${close}REPLACE`, `${close}topic`].map(found)).toEqual([1, 1, 1]);
    expect([`${open}1`, `a ${open}HEAD`, `${divide}HEAD`, `<${open}HEAD`].map(found)).toEqual([0, 0, 0, 0]);
  });

  it('are found bare in a text only beside a divider, which is a row of seven', () => {
    const found = (...rows: string[]) => lines({ path: 'a.md', before: null, after: `${rows.join('\n')}\n` });
    expect(found(`${open}  `, `${divide}  `, close)).toEqual([1, 3]);
    expect(found(`${open}<`, divide, `>${close}`, `a${open}`)).toEqual([]);
    for (const row of [`${divide}=`, ` ${divide}`, `a${divide}`, `${divide} a`, '======'])
      expect(found(open, row, close)).toEqual([]);
  });

  it.each(
    (
      'js cjs mjs jsx ts cts mts tsx go rs java kt kts cs rb php swift scala c cc cpp h hpp json yml yaml toml ' +
      'css'
    ).split(' '),
  )('are found in a source, bare, dented and alone: .%s', (ending) => {
    const found = (row: string) => lines({ path: `v1/a.${ending}`, before: null, after: `${row}\n` }).length;
    for (const row of [open, divide, close, '|||||||', `${divide}  `, `\t${open} HEAD`, `  ${close} b`])
      expect([row, found(row)]).toEqual([row, 1]);
    expect(found(`${' '.repeat(40)}${divide}`)).toBe(1);
    for (const row of [
      `${' '.repeat(41)}${divide}`,
      `${divide}=`,
      `a ${divide}`,
      `  ${divide} a`,
      `  ${open}a`,
    ])
      expect([row, found(row)]).toEqual([row, 0]);
  });

  it.each(['a.md', 'A.RST', 'a.py', 'a.jsm', 'a.ts.txt', 'README', 'docs/v1.2/README'])(
    'are not seen in an underline of %s',
    (path) => expect(lines({ path, before: null, after: `${divide}\n` })).toEqual([]),
  );

  it('are no row of a table', () => {
    const found = (row: string) => lines({ path: 'a.md', before: null, after: `${row}\n` }).length;
    expect([`||||||| a |  `, `||||||| a`, `${open} a |`].map(found)).toEqual([0, 1, 1]);
  });

  it('are told with their place and what to do', () => {
    expect(
      findConflictMarkers(inspected(captured({ path: 'a.js', before: 'a\n', after: `a\n${divide}\n` }))),
    ).toEqual([
      {
        code: 'GUARD_CONFLICT_MARKERS',
        path: 'a.js',
        line: 2,
        reason: expect.stringContaining('take all markers out'),
      },
    ]);
  });

  it('are left alone where they stood before', () => {
    expect(lines({ path: 'a.txt', before: `x\n${open} HEAD\n`, after: `y\n${open} HEAD\n` })).toEqual([]);
    expect(lines({ path: 'a.txt', before: `${open} HEAD\r\nx\n`, after: `y\n${open} HEAD\n` })).toEqual([]);
    expect(lines({ path: 'a.txt', before: `${open} HEAD\nx\n`, after: `y\n${open} HEAD\r\n` })).toEqual([]);
  });

  it('may be removed', () => {
    expect(lines({ path: 'a.txt', before: `${open} HEAD\nx\n`, after: 'x\n' })).toEqual([]);
  });
});
