import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readYaml } from '../../src/backlog/markdown.ts';
import { yamlScalar } from '../../src/backlog/yaml-scalar.ts';

describe('yamlScalar', () => {
  it.each([
    ['In Progress', 'In Progress'],
    ['src/a.ts', 'src/a.ts'],
    ['ünï', 'ünï'],
    ["it's", "it's"],
    ['a#b', 'a#b'],
    ['', "''"],
    ['@bob', "'@bob'"],
    ["'q", "'''q'"],
    ['yes', "'yes'"],
    ['n', "'n'"],
    ['true', "'true'"],
    ['null', "'null'"],
    ['123', "'123'"],
    ['1:30', "'1:30'"],
    ['2024-01-01', "'2024-01-01'"],
    ['2026-11-21 01:35', "'2026-11-21 01:35'"],
    ['https://example.org/x', "'https://example.org/x'"],
    ['a, b', "'a, b'"],
    ['- x', "'- x'"],
    ['a #b', "'a #b'"],
    [' a', "' a'"],
    ['a ', "'a '"],
    ['🚀 go', '"\\U0001F680 go"'],
    ['a\nb\t"\\', '"a\\nb\\t\\"\\\\"'],
    ['\u00a0\u0001\u2028\ufeff', '"\\_\\x01\\L\\uFEFF"'],
  ])('%j -> %s', (text, scalar) => {
    expect(yamlScalar(text)).toBe(scalar);
  });

  it('reads back as the same text', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.constantFrom('-', ':', ' ', '#', "'", '"', '\n', ',', '1', 'e'))
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (value) => {
        expect(readYaml(`key: ${yamlScalar(value)}`)).toEqual({ ok: true, data: { key: value } });
      }),
    );
  });
});
