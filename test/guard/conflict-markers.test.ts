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

  it('are left alone where they stood before', () => {
    expect(lines({ path: 'a.txt', before: `x\n${open} HEAD\n`, after: `y\n${open} HEAD\n` })).toEqual([]);
  });

  it('may be removed', () => {
    expect(lines({ path: 'a.txt', before: `${open} HEAD\nx\n`, after: 'x\n' })).toEqual([]);
  });
});
