import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { editTicket } from '../../src/backlog/edit-ticket.ts';
import type { FileEdits } from '../../src/backlog/edit-ticket.ts';
import { parseTicket } from '../../src/backlog/parse-ticket.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
const edit = (text: string, edits: FileEdits): string => decode(editTicket(encode(text), edits));

function ticketOf(text: string) {
  const parsed = parseTicket(encode(text), 'a.md');
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.ticket;
}

const all: Required<FileEdits> = {
  status: 'In Progress',
  updatedDate: '2026-11-21 01:35',
  assignee: ['@ticketmill'],
  addLabels: ['in-review'],
  removeLabels: ['bug'],
  addReferences: ['https://example.org/pr/1'],
  modifiedFiles: ['src/a.ts'],
  addNotes: 'A note.',
  checkCriteria: [1],
  comment: { author: '@ticketmill', createdDate: '2026-11-21 01:35', body: 'Done: see the pull request' },
  finalSummary: 'All good',
};

describe('editTicket', () => {
  it('writes what Backlog.md would write, and keeps the rest', () => {
    const before = [
      '---',
      '# mine',
      'id: TASK-1',
      'title: "Odd: styling"   # kept',
      'status: To Do',
      'assignee: []',
      "created_date: '2026-11-21 01:34'",
      'labels: [bug, "a b"]',
      'dependencies: []',
      'pr_url: https://example.org/1',
      '---',
      '',
      '## Acceptance Criteria',
      '<!-- AC:BEGIN -->',
      '- [ ] #1 first',
      '<!-- AC:END -->',
    ].join('\n');
    const after = [
      '---',
      '# mine',
      'id: TASK-1',
      'title: "Odd: styling"   # kept',
      'status: In Progress',
      'assignee:',
      "  - '@ticketmill'",
      "created_date: '2026-11-21 01:34'",
      "updated_date: '2026-11-21 01:35'",
      'labels: [a b, in-review]',
      'dependencies: []',
      'references:',
      "  - 'https://example.org/pr/1'",
      'modified_files:',
      '  - src/a.ts',
      'pr_url: https://example.org/1',
      '---',
      '',
      '## Acceptance Criteria',
      '<!-- AC:BEGIN -->',
      '- [x] #1 first',
      '<!-- AC:END -->',
      '',
      '## Implementation Notes',
      '',
      '<!-- SECTION:NOTES:BEGIN -->',
      'A note.',
      '<!-- SECTION:NOTES:END -->',
      '',
      '## Comments',
      '',
      '<!-- COMMENTS:BEGIN -->',
      'author: @ticketmill',
      'created: 2026-11-21 01:35',
      '---',
      'Done: see the pull request',
      '---',
      '<!-- COMMENTS:END -->',
      '',
      '## Final Summary',
      '',
      '<!-- SECTION:FINAL_SUMMARY:BEGIN -->',
      'All good',
      '<!-- SECTION:FINAL_SUMMARY:END -->',
    ].join('\n');
    expect(edit(before, all)).toBe(after);
    expect(edit(after, all)).toBe(after);
  });

  it('puts notes behind those that are there, once', () => {
    const before = '---\nid: T-1\n---\n\n## Implementation Notes\n\nMine.\n';
    const after = edit(before, { addNotes: 'Answer:\n\n- yes' });
    expect(ticketOf(after).implementationNotes).toBe('Mine.\n\nAnswer:\n\n- yes');
    expect(edit(after, { addNotes: 'Answer:\n\n- yes' })).toBe(after);
  });

  it('gives a bare file a front matter of its own', () => {
    expect(edit('\uFEFF# Do it\r\n', { status: 'Done' })).toBe(
      '\uFEFF---\r\nstatus: Done\r\n---\r\n\r\n# Do it\r\n',
    );
    expect(edit('text', { finalSummary: 'x' })).toMatch(/^text\n\n## Final Summary/);
  });

  it('adds a body to a file that ends with its fence', () => {
    expect(edit('---\r\nid: T-1\r\n---', { finalSummary: 'x' })).toMatch(
      /^---\r\nid: T-1\r\n---\r\n\r\n## Final Summary\r\n/,
    );
  });

  it('mends a broken list that it replaces', () => {
    expect(edit('---\nid: T-1\nassignee:\n  - @bob\n---\nx', { assignee: ['@eve'] })).toBe(
      "---\nid: T-1\nassignee:\n  - '@eve'\n---\nx",
    );
  });

  it.each([
    ['no ticket', '---js\n{}\n---\n', all],
    ['a front matter that is no map', '---\n- a\n---\nx', { status: 'Done' }],
    [
      'a value that others refer to',
      '---\nid: a\nstatus: &s To Do\nmilestone: *s\n---\nx',
      { status: 'Done' },
    ],
    ['a key inside quotes', '---\ntitle: "a\nstatus: b"\n---\nx', { status: 'Done' }],
    ['no such criterion', '---\nid: a\n---\nx', { checkCriteria: [1] }],
    [
      'nothing to say',
      '---\nid: a\n---\nx',
      { finalSummary: ' \n', comment: { author: 'a', createdDate: '', body: '' } },
    ],
    ['too much to say', '---\nid: a\n---\nx', { finalSummary: 'x'.repeat(300_000) }],
  ] as [string, string, FileEdits][])('leaves the file alone: %s', (_, text, edits) => {
    expect(edit(text, edits)).toBe(text);
  });

  it('does not say again what it said last, however it had to be written', () => {
    const comment = {
      author: '@ticketmill',
      createdDate: '2026-01-02 10:00',
      body: 'So it is.\r\n---\n## Comments\n<!-- x -->',
    };
    const once = edit('---\nid: a\n---\nx', { comment });
    expect(edit(once, { comment: { ...comment, createdDate: '2026-01-02 10:05' } })).toBe(once);
    expect(ticketOf(edit(once, { comment: { ...comment, author: '@eve' } })).comments).toHaveLength(2);
    const unsigned = once.replace('author: @ticketmill\n', '');
    expect(ticketOf(edit(unsigned, { comment })).comments).toHaveLength(2);
  });

  it('returns the very bytes when there is nothing to edit', () => {
    const bytes = encode('---\nid: a\nlabels: [b, b]\n---\nx');
    expect(editTicket(bytes, {})).toBe(bytes);
  });

  it('lets no foreign text out of its section, and changes no other field', () => {
    const piece = fc.constantFrom(
      ...[
        '---',
        '---js\n',
        '<!-- COMMENTS:END -->',
        '<!-- COMMENT:BEGIN -->',
        '<!-- SECTION:FINAL_SUMMARY:END -->',
      ],
      ...[
        '## Description',
        '## Acceptance Criteria',
        '- [ ] x',
        '\n',
        '\r\n',
        ' ',
        '#',
        'word',
        '\u2028',
        '\0',
        '<!-- AC:BEGIN -->',
      ],
    );
    const foreign = fc
      .array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 3 })))
      .map((pieces) => pieces.join(''));
    const sections = fc.array(
      fc.constantFrom(
        ...[
          '## Description\nx\n',
          '## Final Summary\ny\n',
          '## Acceptance Criteria\n- [ ] a\n',
          '## Notes\nz\n',
          'text\n\n',
        ],
        ...[
          '## Comments\n<!-- COMMENTS:BEGIN -->\n<!-- COMMENTS:END -->\n',
          '<!-- AC:BEGIN -->\n',
          '## Implementation Plan\n',
        ],
      ),
    );
    fc.assert(
      fc.property(sections, foreign, foreign, (parts, body, finalSummary) => {
        const text = `---\nid: T-1\n---\n${parts.join('')}end`;
        const comment = { author: body, createdDate: finalSummary, body };
        const before = ticketOf(text);
        const after = ticketOf(edit(text, { comment, finalSummary, status: body.slice(0, 50) }));
        const same = {
          ...after,
          rawContent: before.rawContent,
          comments: before.comments,
          status: before.status,
        };
        expect({ ...same, finalSummary: before.finalSummary }).toEqual({
          ...before,
          finalSummary: before.finalSummary,
        });
        expect(after.comments.length - before.comments.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 300 },
    );
  });
});
