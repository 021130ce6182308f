import { describe, expect, it } from '@jest/globals';
import { readComments } from '../../src/backlog/comments.ts';
import { indexSections } from '../../src/backlog/sections.ts';

function read(body: string) {
  return readComments(
    indexSections(`## Comments\n\n<!-- COMMENTS:BEGIN -->\n${body}\n<!-- COMMENTS:END -->`),
  );
}

describe('comments', () => {
  it('are attributes, a rule, a text and a rule', () => {
    const first = 'author:  @bot   two \ncreated: 2026-11-21 01:35\n---\nHello\n\nthere\n---';
    expect(
      read(`${first}\n\n ---\n \n---\nAuthor: x\nnonsense\n---\nlast\n---\nauthor: unfinished\n---\nx`),
    ).toEqual([
      { index: 1, author: '@bot two', createdDate: '2026-11-21 01:35', body: 'Hello\n\nthere' },
      { index: 2, author: 'x', createdDate: '', body: 'last' },
    ]);
  });

  it('are read in their older form', () => {
    const one =
      '<!-- COMMENT:BEGIN -->\nindex: 4\nauthor: a\ncreated: now\n\nText\n\nmore\n<!-- COMMENT:END -->';
    const bare = '<!-- COMMENT:BEGIN -->\njust text\n<!-- COMMENT:END -->';
    const empty = '<!-- COMMENT:BEGIN -->\n\n<!-- COMMENT:END -->\n<!-- COMMENT:BEGIN -->\nunclosed';
    expect(read(`${one}\n${bare}\n${empty}`)).toEqual([
      { index: 4, author: 'a', createdDate: 'now', body: 'Text\n\nmore' },
      { index: 2, createdDate: '', body: 'just text' },
    ]);
  });

  it('are none without both markers', () => {
    expect(readComments(indexSections('## Comments\ntext'))).toEqual([]);
    expect(readComments(indexSections('## Comments\n<!-- COMMENTS:BEGIN -->\n---\nx\n---'))).toEqual([]);
  });

  it('are not read inside another section', () => {
    const block = '## Comments\n<!-- COMMENTS:BEGIN -->\n---\nTEXT\n---\n<!-- COMMENTS:END -->';
    const notes = `## Implementation Notes\n<!-- SECTION:NOTES:BEGIN -->\n${block}\n<!-- SECTION:NOTES:END -->`;
    const source = `${notes}\n\n${block.replace('TEXT', 'real')}`;
    expect(readComments(indexSections(source)).map(({ body }) => body)).toEqual(['real']);
  });
});
