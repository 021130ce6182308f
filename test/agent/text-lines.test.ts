import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyOps, blockLines, joinFile, splitFile } from '../../src/agent/text-lines.ts';

const text = fc
  .array(fc.constantFrom('a', 'b ', '', '\r', '\n', '\r\n', '\uFEFF'), { maxLength: 20 })
  .map((parts) => parts.join(''));

function replaced(original: string, start: number, length: number, lines: string[]): string {
  return joinFile(applyOps(splitFile(original), [{ start, length, lines, kept: lines.map(() => -1) }]));
}

describe('splitFile and joinFile', () => {
  it('give every text back byte for byte', () => {
    fc.assert(fc.property(text, (original) => joinFile(splitFile(original)) === original));
    fc.assert(fc.property(text, (original) => joinFile(applyOps(splitFile(original), [])) === original));
  });

  it('take the more frequent line ending as the usual one', () => {
    expect(splitFile('a\r\nb\r\nc\n').eol).toBe('\r\n');
    expect(splitFile('a\nb\r\n').eol).toBe('\n');
    expect(splitFile('').eol).toBe('\n');
  });
});

describe('blockLines', () => {
  it.each([
    ['', []],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\r\n\r\n', ['a', '']],
    ['\n', ['']],
  ])('cuts %j', (block, lines) => {
    expect(blockLines(block)).toEqual(lines);
  });
});

describe('applyOps', () => {
  it.each<[string, string, number, number, string[], string]>([
    ['a new line ends as the line it replaces', 'a\r\nb\n', 0, 1, ['x', 'y'], 'x\r\ny\r\nb\n'],
    ['a missing final newline stays missing', 'a\nb', 1, 1, ['x', 'y'], 'a\nx\ny'],
    ['lines put behind an unended line end it', 'a\r\nb', 2, 0, ['c'], 'a\r\nb\r\nc'],
    ['a deleted last line leaves no newline where there was none', 'a\nb', 1, 1, [], 'a'],
    ['a byte order mark stays in front', '\uFEFFa\n', 0, 1, ['x'], '\uFEFFx\n'],
    ['an empty file is filled', '', 0, 0, ['x'], 'x\n'],
  ])('%s', (...[, original, start, length, lines, expected]) => {
    expect(replaced(original, start, length, lines)).toBe(expected);
  });

  it('puts an insertion before what is replaced at the same line, in whatever order they come', () => {
    const file = splitFile('a\nb\n');
    const replace = { start: 1, length: 1, lines: ['B'], kept: [-1] };
    const insert = { start: 1, length: 0, lines: ['i'], kept: [-1] };
    expect(joinFile(applyOps(file, [replace, insert]))).toBe('a\ni\nB\n');
    expect(joinFile(applyOps(file, [insert, replace]))).toBe('a\ni\nB\n');
  });

  it('takes kept lines with their own bytes', () => {
    const file = splitFile('a \r\nb\n');
    expect(joinFile(applyOps(file, [{ start: 0, length: 2, lines: ['a', 'x'], kept: [0, -1] }]))).toBe(
      'a \r\nx\n',
    );
  });

  it('follows what a diff says of the end of the file', () => {
    const op = { start: 0, length: 1, lines: ['a'], kept: [0] };
    expect(joinFile(applyOps(splitFile('a'), [{ ...op, finalNewline: true }]))).toBe('a\n');
    expect(joinFile(applyOps(splitFile('a\n'), [{ ...op, finalNewline: false }]))).toBe('a');
  });
});
