import { describe, expect, it } from '@jest/globals';
import { baseAttributes } from '../../src/workspace/base-attributes.ts';

describe('baseAttributes', () => {
  it('resets what changes bytes, then says what the base says, deeper directories last', () => {
    const files = [
      { directory: 'a/b', text: '*.md text\n/top.txt -text\nsub/x.c eol=crlf\n"sp ace" binary\r\n' },
      { directory: '', text: '# comment\n* text=auto\n\n[attr]mine text\n' },
    ];
    expect(baseAttributes(files)).toBe(
      [
        '* !text !crlf !eol !filter !ident !working-tree-encoding',
        '* text=auto',
        '[attr]mine text',
        'a/b/**/*.md text',
        'a/b/top.txt -text',
        'a/b/sub/x.c eol=crlf',
        '"a/b/**/sp ace" binary',
        '',
      ].join('\n'),
    );
  });

  it('ends soon on a long line with a stray carriage return', () => {
    const text = `${'a'.repeat(200_000)} \rtext`;
    expect(baseAttributes([{ directory: 'd', text }])).toContain(`d/**/${text}`);
  });
});
