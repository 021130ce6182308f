import { describe, expect, it } from '@jest/globals';
import { summaryOf } from '../../src/agent/summary.ts';
import { block } from './edit-bench.ts';

describe('summaryOf', () => {
  it.each([
    ['It says Hello now.', 'It says Hello now.'],
    ['<think>\nhm\n</think>\nDone so.', 'Done so.'],
    [`First this.\n\n${block('a.ts', 'x', 'y')}\nThen that.`, 'First this.\n\nThen that.'],
    ['**src/a.ts**\n\n```ts\nx\n```\n', ''],
    ['<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\nDONE: mended', 'mended'],
    ['x'.repeat(2000), `${'x'.repeat(1000)} …`],
  ])('takes from %j the words', (text, summary) => {
    expect(summaryOf(text)).toBe(summary);
  });

  it('ends soon on thoughts that never end', () => {
    const text = '<think>'.repeat(100_000);
    expect(summaryOf(`${text}</think>\nDONE: mended`)).toBe('mended');
    expect(summaryOf(`${text}\nDONE: mended`)).toBe('mended');
    expect(summaryOf(`${'~'.repeat(1_000_000)}\`\nDONE: mended`)).toBe('mended');
  });
});
