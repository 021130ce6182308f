import { describe, expect, it } from '@jest/globals';
import { lintLine } from '../../src/backlog/lint-line.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('lintLine', () => {
  it('gives the ticket with the fields of Backlog.md alone', () => {
    const line = lintLine('a.md', encode('---\nid: 0123\nmodel: a/b\nacceptanceCriteria: [x]\n---\nbody'));
    expect(line).toMatchObject({
      file: 'a.md',
      ok: true,
      error: null,
      ticket: { id: '83', rawContent: 'body' },
    });
    expect(line.ticket?.acceptanceCriteriaItems).toEqual([]);
    for (const field of ['brief', 'wishes', 'idAsWritten']) expect(line.ticket).not.toHaveProperty(field);
  });

  it('gives the reason of a refusal', () => {
    expect(lintLine('a.md', encode(''))).toEqual({
      file: 'a.md',
      ok: false,
      error: expect.stringContaining('empty'),
      ticket: null,
    });
  });
});
