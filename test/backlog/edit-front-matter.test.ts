import { describe, expect, it } from '@jest/globals';
import { splitLines } from '../../src/backlog/edit-body.ts';
import { setList, setScalar } from '../../src/backlog/edit-front-matter.ts';

function scalar(block: string, value: string): string {
  return setScalar({ lines: splitLines(block), eol: '\n' }, 'status', value).join('');
}

function list(block: string, before: string[], after: string[]): string {
  return setList({ lines: splitLines(block), eol: '\n' }, 'labels', before, after).join('');
}

describe('setScalar', () => {
  it.each([
    ['status: To Do\n', 'status: Done\n'],
    ['status:   "To # Do"   # mine\n', 'status:   Done   # mine\n'],
    ["'status': 'it''s' # c\n", "'status': Done # c\n"],
    ['status:\n', 'status: Done\n'],
    ['status: # none\n', 'status: Done # none\n'],
    ['status: >-\n  a\n\n  b\n# c\nid: x\n', 'status: Done\n# c\nid: x\n'],
    ['# top\nordinal: 1\n', 'status: Done\n# top\nordinal: 1\n'],
    [
      'id: x\ntitle: >-\n  a\n  b\n\n# c\nmine: 1\nlabels: []\n',
      'id: x\ntitle: >-\n  a\n  b\nstatus: Done\n\n# c\nmine: 1\nlabels: []\n',
    ],
    ['', 'status: Done\n'],
  ])('%j -> %j', (block, expected) => {
    expect(scalar(block, 'Done')).toBe(expected);
  });

  it('quotes and keeps CRLF', () => {
    expect(setScalar({ lines: ['status: a\r\n'], eol: '\r\n' }, 'status', '@x')).toEqual([
      "status: '@x'\r\n",
    ]);
  });
});

describe('setList', () => {
  it.each<[string, string[], string[], string]>([
    ['id: x\n', [], ['a'], 'id: x\nlabels:\n  - a\n'],
    ['labels: []\nid: x\n', [], ['a', '@b'], "labels:\n  - a\n  - '@b'\nid: x\n"],
    ['labels: [] # none\n', [], ['a'], 'labels: # none\n  - a\n'],
    ['labels:\n', [], ['a'], 'labels:\n  - a\n'],
    ['labels:\n- a # c\n- "b"\n', ['a', 'b'], ['a', 'b', 'c'], 'labels:\n- a # c\n- "b"\n- c\n'],
    ['labels:\n    - a\n    - b\n', ['a', 'b'], ['b', 'c'], 'labels:\n    - b\n    - c\n'],
    ['labels:\n  - >-\n    a\n    b\n  - c\n', ['a b', 'c'], ['c'], 'labels:\n  - c\n'],
    ['labels:\n  - a\n', ['a'], [], 'labels: []\n'],
    ['labels:\n  - a\n  - b\n', ['a', 'b'], ['b', 'a'], 'labels:\n  - b\n  - a\n'],
    ['labels: [a, "b"] # c\n', ['a', 'b'], ['a', 'b', 'c d'], 'labels: [a, "b", c d] # c\n'],
    ['labels: [\n  a,\n  b,\n]\n', ['a', 'b'], ['a', 'b', 'c'], 'labels: [\n  a,\n  b, c\n]\n'],
    ['labels: [ ]\n', [], ['a'], 'labels: [a ]\n'],
    ['labels: [a,]\n', ['a'], ['a', 'b'], 'labels: [a, b]\n'],
    ['labels: [a]\n', ['a'], ['a'], 'labels: [a]\n'],
    ['labels:\n  - a\n', ['a'], ['a'], 'labels:\n  - a\n'],
    ['labels: [a, b]\n', ['a', 'b'], ['b'], 'labels: [b]\n'],
    ['labels: a, b\n', [], ['c'], "labels:\n  - 'a, b'\n  - c\n"],
    ['labels:\n  - - a\n    - b\n', ['a,b'], ['a,b', 'c'], 'labels:\n  - - a\n    - b\n  - c\n'],
    ['labels:\n  - a\n  - b\n', ['a'], ['a', 'c'], 'labels:\n  - a\n  - c\n'],
  ])('%j from %j to %j', (block, before, after, expected) => {
    expect(list(block, before, after)).toBe(expected);
  });

  it('rewrites a flow list that has no closing bracket of its own', () => {
    expect(list('labels: [a # ]\n', ['a'], ['a', 'b'])).toBe('labels: [a, b] # ]\n');
  });
});
