import { describe, expect, it } from '@jest/globals';
import { listEntries, unquote, valueOf } from '../../src/backlog/entries.ts';

describe('listEntries', () => {
  it('finds keys with the lines of their values', () => {
    const lines = [
      '# top',
      'id: T-1',
      'labels: [',
      '  a,',
      ']',
      '',
      '# note',
      '"title": >-',
      '  long',
      'a:b: c',
      '- x',
    ];
    expect(listEntries(lines)).toEqual([
      { key: 'id', first: 1, end: 2 },
      { key: 'labels', first: 2, end: 5 },
      { key: 'title', first: 7, end: 9 },
      { key: 'a:b', first: 9, end: 11 },
    ]);
  });

  it('takes no line for a key that has none', () => {
    expect(listEntries(['text', ': x', 'http://example.org', ''])).toEqual([]);
  });
});

describe('valueOf and unquote', () => {
  it('give what stands behind the colon', () => {
    expect(valueOf('title: a: b\r\n')).toBe(' a: b\r\n');
    expect(valueOf('a:b: c')).toBe(' c');
  });

  it.each([
    ['"a"', 'a'],
    ["'a'", 'a'],
    ['"a', '"a'],
    ['"', '"'],
    ['', ''],
  ])('%s -> %s', (text, expected) => {
    expect(unquote(text)).toBe(expected);
  });
});
