import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { condenseOutput } from '../../src/workspace/condense-output.ts';

describe('condenseOutput', () => {
  it('drops terminal codes and leaves short output alone', () => {
    expect(condenseOutput('\u001b[31mred\u001b[0m\r\nnext\n', [])).toBe('red\nnext');
  });

  it('keeps the beginning, the end, and the lines that name a changed file', () => {
    const lines = Array.from({ length: 5000 }, (_value, index) => `line ${index}`);
    lines[2500] = 'src/a.ts:3: error';
    const condensed = condenseOutput(lines.join('\n'), ['src/a.ts']);
    expect(condensed).toMatch(
      /^line 0\n[^]*\[… \d+ characters cut out …\]\nsrc\/a\.ts:3: error\n[^]*line 4999$/,
    );
    expect(condensed).not.toContain('line 2499\n');
    expect(condensed.split('\n').every((line) => /^(line \d+|src|\[)/.test(line))).toBe(true);
  });

  it('is bounded whatever it is given', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 20_000 }), (text, times) => {
        expect(condenseOutput(text.repeat(times), ['a']).length).toBeLessThan(8200);
      }),
      { numRuns: 40 },
    );
  });
});
