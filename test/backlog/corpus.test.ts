import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { editTicket } from '../../src/backlog/edit-ticket.ts';
import type { FileEdits } from '../../src/backlog/edit-ticket.ts';
import { lintLine } from '../../src/backlog/lint-line.ts';
import { parseTicket } from '../../src/backlog/parse-ticket.ts';
import type { Ticket } from '../../src/domain/ticket.ts';

const data = process.env['TICKETMILL_TEST_DATA'];

type Expected = { corpus_path: string; ok: boolean; error: string | null; task: object };

/** Files we refuse for safety or because they may be half written, and files that Backlog.md skips and we do not. */
const refused = [
  'order.md',
  'task-21 - js.md',
  'task-22 - json.md',
  'task-26 - empty.md',
  'task-30 - latin1.md',
  'task-31 - nul.md',
  'task-45 - yamlfence.md',
  'task-48 - cr-only.md',
];
const recovered = [
  'task-29 - duedate-bad.md',
  'task-32 - at-title.md',
  'task-33 - at-list.md',
  'task-4 - bad-yaml.md',
];

(data ? describe : describe.skip)('the corpus (needs TICKETMILL_TEST_DATA)', () => {
  const folder = join(data ?? '', 'backlog-corpus');
  const read = (file: string): Uint8Array => readFileSync(join(folder, file));
  const corpus = (): Expected[] =>
    readFileSync(join(folder, 'expected.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Expected);

  it('reads as Backlog.md reads it, but for what we refuse or recover', () => {
    const different = corpus().filter(({ corpus_path: file, ok, task }) => {
      const line = lintLine(file, read(file));
      if (line.ok !== ok) return true;
      if (ok) expect({ file, ...JSON.parse(JSON.stringify(line.ticket)) }).toEqual({ file, ...task });
      return false;
    });
    const names = different.map(({ corpus_path: file }) => file.split('/').at(-1));
    expect(names.sort()).toEqual([...refused, ...recovered].sort());
  });

  it('stays byte for byte when nothing is edited', () => {
    for (const { corpus_path: file } of corpus()) {
      expect(Buffer.compare(editTicket(read(file), {}), read(file))).toBe(0);
    }
  });

  it.each<[string, FileEdits, (keyof Ticket)[]]>([
    ['status', { status: 'Somewhere: else' }, ['status']],
    ['updated_date', { updatedDate: '2031-01-02 03:04' }, ['updatedDate']],
    ['references', { addReferences: ['https://example.org/pull/1'] }, ['references']],
    ['modified_files', { modifiedFiles: ['src/ü.ts', '@x'] }, ['modifiedFiles']],
    ['labels', { addLabels: ['ticketmill-failed'] }, ['labels']],
    ['assignee', { assignee: ['@ticketmill'] }, ['assignee']],
    [
      'comment',
      { comment: { author: 'a', createdDate: 'b', body: '## Notes\n---\nc' } },
      ['comments', 'rawContent'],
    ],
    ['summary', { finalSummary: '<!-- COMMENTS:END -->' }, ['finalSummary', 'rawContent']],
  ])('shows an edit of %s and no other change', (name, edits, fields) => {
    const left: string[] = [];
    for (const { corpus_path: file } of corpus()) {
      const before = parseTicket(read(file), file);
      if (!before.ok) continue;
      const bytes = editTicket(read(file), edits);
      const after = parseTicket(bytes, file);
      if (Buffer.compare(bytes, read(file)) === 0) left.push(file.split('/').at(-1) ?? file);
      const kept = Object.entries(before.ticket).filter(([key]) => !(fields as string[]).includes(key));
      expect({ file, after }).toMatchObject({ file, after: { ok: true, ticket: Object.fromEntries(kept) } });
    }
    const noMap = ['task-58 - fm-list.md', 'task-59 - fm-scalar.md'];
    const inBody = ['comment', 'summary'].includes(name);
    const odd = name === 'labels' ? ['task-39 - anchors.md', 'task-5 - tabs.md'] : [];
    expect(left.sort()).toEqual(inBody ? [] : [...odd, ...noMap].sort());
  });
});
