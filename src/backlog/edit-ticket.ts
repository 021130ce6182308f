import type { Ticket } from '../domain/ticket.ts';
import type { TicketEdits } from '../ports.ts';
import { addComment, setSection, splitLines, tickCriteria } from './edit-body.ts';
import type { Body, NewComment } from './edit-body.ts';
import { setList, setScalar } from './edit-front-matter.ts';
import type { Block } from './edit-front-matter.ts';
import { foreignLine, foreignLines } from './foreign-text.ts';
import { layOut } from './layout.ts';
import type { Layout } from './layout.ts';
import { parseTicket } from './parse-ticket.ts';
import type { ParseResult } from './parse-ticket.ts';
import type { BacklogKey } from './ticket-keys.ts';

/** What can be changed in a ticket's file. `assignee` and `modifiedFiles` replace the list, the others add to it. */
export type FileEdits = TicketEdits & { addLabels?: string[]; removeLabels?: string[]; assignee?: string[] };

/**
 * Edits a ticket's file and leaves every other byte as it is. Each edit is proved on the result: when the parser
 * does not see it, or sees anything else change, that edit is left out. A file that is no ticket stays as it is.
 */
export function editTicket(bytes: Uint8Array, edits: FileEdits): Uint8Array {
  let file: Edited = { bytes, parsed: parseTicket(bytes, '') };
  for (const step of planSteps(edits)) file = takeStep(file, step);
  return file.bytes;
}

type Edited = { bytes: Uint8Array; parsed: ParseResult };

type Readable = Extract<Layout, { kind: 'bare' | 'fenced' }>;

/** One edit: the fields it may change, how it is made, and whether it is there. */
type Step = {
  fields: (keyof Ticket)[];
  apply: (layout: Readable, ticket: Ticket) => string;
  isDone: (ticket: Ticket) => boolean;
};

function takeStep(file: Edited, step: Step): Edited {
  if (!file.parsed.ok || step.isDone(file.parsed.ticket)) return file;
  const layout = layOut(new TextDecoder('utf-8', { ignoreBOM: true }).decode(file.bytes));
  if (layout.kind !== 'bare' && layout.kind !== 'fenced') return file;
  const bytes = new TextEncoder().encode(step.apply(layout, file.parsed.ticket));
  const parsed = parseTicket(bytes, '');
  const isProved =
    parsed.ok &&
    step.isDone(parsed.ticket) &&
    (file.parsed.recovered || !parsed.recovered) &&
    fingerprint(parsed.ticket, step.fields) === fingerprint(file.parsed.ticket, step.fields);
  return isProved ? { bytes, parsed } : file;
}

function fingerprint(ticket: Ticket, without: readonly (keyof Ticket)[]): string {
  return JSON.stringify(Object.entries(ticket).filter(([key]) => !(without as string[]).includes(key)));
}

function planSteps(edits: FileEdits): Step[] {
  const { status, assignee, updatedDate, addLabels = [], removeLabels = [], modifiedFiles } = edits;
  const steps: (Step | undefined)[] = [
    status === undefined ? undefined : scalarStep('status', 'status', status),
    assignee && listStep('assignee', 'assignee', () => assignee),
    updatedDate === undefined ? undefined : scalarStep('updated_date', 'updatedDate', updatedDate),
    listStep('labels', 'labels', (labels) =>
      union(labels, addLabels).filter((label) => !removeLabels.includes(label)),
    ),
    listStep('references', 'references', (references) => union(references, edits.addReferences ?? [])),
    modifiedFiles && listStep('modified_files', 'modifiedFiles', () => modifiedFiles),
    ...(edits.checkCriteria ?? []).map(tickStep),
    edits.comment && commentStep(edits.comment),
    edits.finalSummary === undefined ? undefined : summaryStep(edits.finalSummary),
    edits.addNotes === undefined ? undefined : notesStep(edits.addNotes),
  ];
  return steps.filter((step) => step !== undefined);
}

function union(list: readonly string[], more: readonly string[]): string[] {
  return [...list, ...new Set(more.filter((item) => !list.includes(item)))];
}

function scalarStep(key: BacklogKey, field: 'status' | 'updatedDate', value: string): Step {
  return {
    fields: [field],
    apply: (layout) => withFrontMatter(layout, (block) => setScalar(block, key, value)),
    isDone: (ticket) => ticket[field] === value,
  };
}

/** Done when the list reads as wanted; items of a list that was written as one text may stay in front of it. */
function listStep(
  key: BacklogKey,
  field: 'assignee' | 'labels' | 'references' | 'modifiedFiles',
  change: (list: readonly string[]) => string[],
): Step {
  return {
    fields: [field],
    apply: (layout, ticket) =>
      withFrontMatter(layout, (block) => setList(block, key, ticket[field], change(ticket[field]))),
    isDone: (ticket) => change(ticket[field]).join('\0') === ticket[field].join('\0'),
  };
}

function tickStep(number: number): Step {
  return {
    fields: ['acceptanceCriteriaItems', 'rawContent', 'brief'],
    apply: (layout) => withBody(layout, (body) => tickCriteria(body, [number])),
    isDone: ({ acceptanceCriteriaItems: items }) =>
      items.find(({ index }) => index === number)?.checked !== false,
  };
}

/** What was said last is not said again: whoever was cut short may repeat an edit at another time. */
function commentStep(comment: NewComment): Step {
  const body = foreignLines(comment.body).join('\n');
  const author = foreignLine(comment.author);
  return {
    fields: ['comments', 'rawContent'],
    apply: (layout) => withBody(layout, (text) => addComment(text, comment)),
    isDone: ({ comments }) => {
      const last = comments.at(-1);
      return body === '' || (last?.body === body && (last.author ?? '') === author);
    },
  };
}

function summaryStep(summary: string): Step {
  const text = foreignLines(summary).join('\n');
  return {
    fields: ['finalSummary', 'rawContent'],
    apply: (layout) => withBody(layout, (body) => setSection(body, 'finalSummary', summary)),
    isDone: ({ finalSummary }) => text === '' || finalSummary === text,
  };
}

/** Behind the notes that are there; what they end with already is not said again. */
function notesStep(more: string): Step {
  const text = foreignLines(more).join('\n');
  return {
    fields: ['implementationNotes', 'rawContent', 'brief'],
    apply: (layout, { implementationNotes: notes = '' }) =>
      withBody(layout, (body) =>
        setSection(body, 'implementationNotes', notes === '' ? more : `${notes}\n\n${more}`),
      ),
    isDone: ({ implementationNotes = '' }) => text === '' || implementationNotes.endsWith(text),
  };
}

/** A bare file gets a front matter of its own. */
function withFrontMatter(layout: Readable, change: (block: Block) => string[]): string {
  if (layout.kind === 'fenced') {
    const eol = layout.opening.endsWith('\r\n') ? '\r\n' : '\n';
    const block = change({ lines: splitLines(layout.block), eol }).join('');
    return layout.bom + layout.opening + block + layout.closing + layout.body;
  }
  const eol = lineBreakOf(layout.body, '\n');
  const block = change({ lines: [], eol }).join('');
  return `${layout.bom}---${eol}${block}---${eol}${eol}${layout.body}`;
}

function withBody(layout: Readable, change: (body: Body) => string): string {
  if (layout.kind === 'bare')
    return layout.bom + change({ text: layout.body, eol: lineBreakOf(layout.body, '\n') });
  const eol = lineBreakOf(layout.body, lineBreakOf(layout.opening, '\n'));
  const gap = layout.body === '' && !layout.closing.endsWith('\n') ? eol : '';
  const body = change({ text: layout.body, eol });
  return layout.bom + layout.opening + layout.block + layout.closing + gap + body;
}

function lineBreakOf(text: string, otherwise: string): string {
  return /\r?\n/.exec(text)?.[0] ?? otherwise;
}
