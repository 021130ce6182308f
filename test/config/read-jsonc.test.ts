import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readJsonc } from '../../src/config/read-jsonc.ts';

describe('readJsonc', () => {
  it('takes comments and trailing commas', () => {
    const read = readJsonc('{ // one\n "a": [1, 2,], /* two */ "b": "// no comment",\n}');
    expect(read).toMatchObject({ ok: true, value: { a: [1, 2], b: '// no comment' } });
  });

  it('knows the line and column of every value', () => {
    const read = readJsonc('{\n  "a": { "b": [1,\r\n    true] }\n}');
    if (!read.ok) throw new Error('not read');
    expect(read.position(['a', 'b', 1])).toBe('3:5');
    expect(read.position(['a', 'b'])).toBe('2:15');
    expect(read.position(['a', 'missing', 'deep'])).toBe('2:8');
    expect(read.position(['nothing'])).toBe('1:1');
  });

  it.each([
    ['', '1:1', 'the end of the file', 'a value'],
    ['{', '1:2', 'the end of the file', 'a closing }'],
    ['[1, 2', '1:6', 'the end of the file', 'a closing ]'],
    ['{\n  "a" 1 }', '2:7', '"1"', 'a colon'],
    ['{ "a": 1\n  "b": 2 }', '2:3', '"\\"b\\""', 'a comma'],
    ['{ "a": 1 }}', '1:11', '"}"', 'the end of the file'],
    ["{ 'a': 1 }", '1:3', '"\'a\'"', 'a name or text in double quotes, a number, true, false or null'],
    ['{ "a": "x\n" }', '1:8', '"\\"x"', 'a text that ends, with a double quote, on its own line'],
    ['{ "a": "\\x" }', '1:8', '"\\"\\\\x\\""', 'a valid escape such as \\n or \\\\'],
    ['{ 1: 2 }', '1:3', '"1"', 'a name in double quotes'],
    ['{ "a": 1 /* ', '1:10', '"/* "', 'the end of the comment, */'],
  ])('tells where %j breaks, and what was expected', (text, position, found, expected) => {
    expect(readJsonc(text)).toEqual({ ok: false, position, problem: { found, expected } });
  });

  it('refuses nesting that no config has, before a parser recurses into it', () => {
    const read = readJsonc(`${'['.repeat(500_000)}${']'.repeat(500_000)}`);
    expect(read).toMatchObject({ ok: false, problem: { found: 'deeply nested values' } });
    expect(readJsonc(']'.repeat(100) + '['.repeat(100_000))).toMatchObject({ ok: false });
    expect(readJsonc(JSON.stringify({ a: '['.repeat(1000) }))).toMatchObject({ ok: true });
  });

  it('keeps names that mean something to JavaScript as plain names', () => {
    const read = readJsonc('{ "__proto__": { "polluted": true }, "constructor": 1 }');
    expect(read.ok && Object.keys(read.value as object)).toEqual(['__proto__', 'constructor']);
    expect({}).not.toHaveProperty('polluted');
  });

  it('reads every JSON value as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5, noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value, null, 2);
        const read = readJsonc(text);
        expect(read.ok && JSON.stringify(read.value)).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it('answers for every text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from('{}[]",:/*\\\n1a ')) }), (text) => {
        expect(typeof readJsonc(text).ok).toBe('boolean');
      }),
    );
  });
});
