import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseTicket } from '../../src/backlog/parse-ticket.ts';
import { ticketFileName, writeTicket } from '../../src/backlog/write-ticket.ts';
import type { TicketDraft } from '../../src/backlog/write-ticket.ts';
import { idFromFileName } from '../../src/domain/ticket.ts';

const made = { id: 'task-7', createdDate: '2026-01-02 10:00' };
const read = (draft: TicketDraft) => parseTicket(new TextEncoder().encode(writeTicket(draft, made)), 'a.md');

describe('writeTicket', () => {
  it('writes the shortest ticket as Backlog.md does', () => {
    expect(writeTicket({ title: 'Nested sub' }, made)).toBe(
      "---\nid: task-7\ntitle: Nested sub\nstatus: To Do\nassignee: []\ncreated_date: '2026-01-02 10:00'\nlabels: []\ndependencies: []\n---\n\n",
    );
  });

  it('keeps references and checks, which may be none', () => {
    expect(
      read({ title: 'a', references: ['https://forge.example/7', 'docs/a.md'], checks: ['test'] }),
    ).toMatchObject({
      ticket: { references: ['https://forge.example/7', 'docs/a.md'], wishes: { checks: ['test'] } },
    });
    expect(read({ title: 'a', checks: [] })).toMatchObject({ ticket: { wishes: { checks: [] } } });
  });

  it('is read as it was meant', () => {
    const draft = {
      title: 'Full: every option @here #1 "quoted" it\'s',
      description: 'First\n\n## Notes\n\n- bullet',
      acceptanceCriteria: ['Login works', 'Handles "quotes": and, commas'],
      priority: 'High',
      labels: ['needs review', '@x'],
      dependencies: ['TASK-1'],
      model: 'ollama/qwen3:8b',
    };
    expect(read(draft)).toMatchObject({
      ok: true,
      warnings: [],
      recovered: false,
      ticket: {
        ...made,
        title: draft.title,
        description: 'First\n\n#\\# Notes\n\n- bullet',
        acceptanceCriteriaItems: [
          { index: 1, text: 'Login works', checked: false },
          { index: 2, text: 'Handles "quotes": and, commas', checked: false },
        ],
        priority: 'high',
        labels: draft.labels,
        dependencies: ['TASK-1'],
        wishes: { model: 'ollama/qwen3:8b' },
      },
    });
  });

  it('lets no text of a person become anything else', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((some) => some.trim() !== '');
    const evil = fc.constantFrom(
      '---',
      '<!-- AC:BEGIN -->',
      '## Acceptance Criteria',
      '- [ ] #1 x',
      'a: b\nid: evil',
    );
    fc.assert(
      fc.property(
        fc.oneof(text, evil),
        fc.oneof(text, evil),
        fc.array(text, { maxLength: 3 }),
        (title, description, labels) => {
          const parsed = read({ title, description, labels, acceptanceCriteria: ['one'] });
          expect(parsed).toMatchObject({ ok: true, recovered: false, ticket: { ...made, status: 'To Do' } });
          expect(parsed.ok && parsed.ticket.acceptanceCriteriaItems).toHaveLength(1);
          expect(parsed.ok && parsed.ticket.labels).toHaveLength(labels.length);
        },
      ),
    );
  });
});

describe('ticketFileName', () => {
  it.each([
    ['task-7', 'Fix the login', 'task-7 - Fix-the-login.md'],
    ['TASK-7', "it's (a) [b] {c}; d, e!", 'task-7 - its-a-b-c-d-e.md'],
    ['task-7', '../../etc: <x> | y?', 'task-7 - etc-x-y.md'],
    ['task-7', '...', 'task-7 - untitled.md'],
    ['task-7', 'a\u0000\nb', 'task-7 - a-b.md'],
    ['task-7', '🚀'.repeat(100), `task-7 - ${'🚀'.repeat(30)}.md`],
  ])('%s %j is %s', (id, title, name) => {
    expect(ticketFileName(id, title)).toBe(name);
  });

  it('carries the id, and fits into a directory', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (title) => {
        const name = ticketFileName('task-12', title);
        expect(idFromFileName(name)).toBe('task-12');
        expect(Buffer.byteLength(name)).toBeLessThan(140);
        expect(name).not.toMatch(/[/\\\u0000-\u001f]/);
      }),
    );
  });
});
