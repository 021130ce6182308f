import { describe, expect, it } from '@jest/globals';
import { showFiles } from '../../src/agent/show-files.ts';

const long = Array.from({ length: 300 }, (_, index) => `line ${index + 1}`);

describe('showFiles', () => {
  it('shows files as they are, in fences that their text does not hold', () => {
    const shown = showFiles([{ path: 'a.md', text: 'x\n```\ny\n' }], 1000, []);
    expect(shown).toEqual({ text: 'a.md\n~~~\nx\n```\ny\n~~~', whole: ['a.md'], leftOut: [] });
  });

  it('shows of a file that is too large its head and the lines around names', () => {
    const lines = long.with(199, 'the needle is here');
    const { text, whole } = showFiles([{ path: 'a.txt', text: lines.join('\n') }], 1500, ['needle']);
    expect(text).toContain('Only lines 1-12, 188-212 of 300 are shown.');
    expect(text).toContain('SEARCH/REPLACE blocks only');
    expect(whole).toEqual([]);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1500);
  });

  it('shows as many lines as fit when no name is in it', () => {
    const { text } = showFiles([{ path: 'a.txt', text: long.join('\n') }], 1000, ['needle']);
    expect(text).toMatch(/Only lines 1-\d+ of 300 are shown/);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1000);
  });

  it('shows the lines that were asked for, as far as there are any', () => {
    const asked = { path: 'a.txt', text: long.join('\n'), lines: { from: 290, to: 900 } };
    expect(showFiles([asked], 5000, []).text).toContain('Only lines 290-300 of 300');
    const beyond = { ...asked, lines: { from: 500, to: 600 } };
    expect(showFiles([beyond], 5000, []).text).toContain('Only lines 300-300 of 300');
  });

  it('names what had no room, and leaves room for the files after a large one', () => {
    const large = { path: 'large.txt', text: long.join('\n') };
    const small = { path: 'small.txt', text: 'small\n' };
    const shown = showFiles([large, small], 1200, []);
    expect(shown.whole).toEqual(['small.txt']);
    expect(showFiles([large], 100, [])).toEqual({ text: '', whole: [], leftOut: ['large.txt'] });
  });

  it('leaves out a file of one line that is longer than the room', () => {
    expect(showFiles([{ path: 'min.js', text: 'x'.repeat(5000) }], 900, []).leftOut).toEqual(['min.js']);
  });
});
