import { describe, expect, it } from '@jest/globals';
import { withFigures } from '../../../scripts/bench/page.ts';

const begin = '<!-- figures: written by `npm run bench -- --write` -->';
const end = '<!-- end of figures -->';

describe('the page of figures', () => {
  it.each([
    ['none yet', '\n'],
    ['old ones', '\n\nold\n\n'],
  ])('gets new ones between its marks, in place of %s, and keeps the rest', (_what, before) => {
    const page = `# Performance\n\nWords.\n\n${begin}${before}${end}\n\nMore.\n`;
    expect(withFigures(page, '\n\nnew $& $1\n\n')).toBe(
      `# Performance\n\nWords.\n\n${begin}\n\nnew $& $1\n\n${end}\n\nMore.\n`,
    );
  });

  it('is not written without its marks', () => {
    expect(() => withFigures('# Performance\n', 'new')).toThrow('lacks its marks');
  });
});
