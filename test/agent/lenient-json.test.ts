import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseLeniently, readJson } from '../../src/agent/lenient-json.ts';

const marks = ['{', '}', '[', ']', '"', "'", ',', ':', '\\', 'n', 'true', '0.1', ' ', '\n'];

describe('readJson', () => {
  it('reads whatever JSON can say, as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = JSON.stringify(value);
        expect(readJson(text)).toEqual({ value: JSON.parse(text), end: text.length });
      }),
    );
  });

  it.each<[string, string, unknown]>([
    ['raw line ends', '{"a": "one\ntwo"}', { a: 'one\ntwo' }],
    ['trailing commas', '{"a": [1, 2,],}', { a: [1, 2] }],
    ['single quotes', "{'a': 'it\\'s'}", { a: "it's" }],
    ['bare keys', '{a: 1, b_c: 2}', { a: 1, b_c: 2 }],
    ["Python's words", '{"a": True, "b": None, "c": False}', { a: true, b: null, c: false }],
    ['escapes that JSON does not know', '{"a": "\\d+\\.\\u00e4\\t"}', { a: '\\d+\\.ä\t' }],
    ['a line end that was escaped', '{"a": "x\\\ny"}', { a: 'x\ny' }],
  ])('forgives %s', (_what, text, value) => {
    expect(readJson(text)?.value).toEqual(value);
  });

  it.each([
    '{"a": "b',
    '{"a"',
    '[1, 2',
    '{"a": 1 "b": 2}',
    '{"a" 1}',
    'maybe',
    '',
    '-',
    '{"a": \\u00}',
    '['.repeat(100),
  ])('is no value: %s', (text) => {
    expect(readJson(text)).toBeUndefined();
  });

  it('never throws, whatever it reads', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...marks) }), (text) => {
        expect(() => readJson(text)).not.toThrow();
      }),
    );
  });

  it('tells where the value ends, and where it has to begin', () => {
    expect(readJson('x {"a": 1} y', 2)).toEqual({ value: { a: 1 }, end: 10 });
  });
});

describe('parseLeniently', () => {
  it('takes a text only as a whole', () => {
    expect(parseLeniently(' {"a": 1} ')).toEqual({ a: 1 });
    expect(parseLeniently('{"a": 1} and more')).toBeUndefined();
  });
});
