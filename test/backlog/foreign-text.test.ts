import { describe, expect, it } from '@jest/globals';
import { foreignLine, foreignLines } from '../../src/backlog/foreign-text.ts';

describe('foreign text', () => {
  it('cannot end a section or look like one', () => {
    const text =
      'a\r\n---\r\n <!-- AC:END -->\n## Description\nsee ### Final Summary\n## My heading\u2028 --- \n\0\x1b[1mb  ';
    expect(foreignLines(text)).toEqual([
      'a',
      '***',
      ' &lt;!-- AC:END -->',
      '#\\# Description',
      'see ##\\# Final Summary',
      '## My heading',
      '***',
      '[1mb',
    ]);
  });

  it('fits on one line', () => {
    expect(foreignLine(' a\n\n --- \nb ')).toBe('a *** b');
  });
});
