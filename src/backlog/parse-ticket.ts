import type { Criterion, Ticket } from '../domain/ticket.ts';
import { textOutsideSections } from './brief.ts';
import { readChecklist } from './checklists.ts';
import type { ChecklistKey } from './checklists.ts';
import { readComments } from './comments.ts';
import { listEntries, unquote, valueOf } from './entries.ts';
import { optionalText } from './field-values.ts';
import { readDeclaredCriteria, readFields, withoutUndefined } from './fields.ts';
import { readFrontMatter } from './front-matter.ts';
import { layOut } from './layout.ts';
import type { Layout } from './layout.ts';
import { indexSections, readSection } from './sections.ts';
import { ownValue, readWishes } from './wishes.ts';

export type RefusalCode =
  | 'too-large'
  | 'not-utf8'
  | 'nul'
  | 'empty'
  | 'front-matter-language'
  | 'front-matter-open'
  | 'front-matter-too-large'
  | 'too-deep'
  | 'yaml';

/** `recovered`: the front matter was no valid YAML and was read line by line; Backlog.md skips such a file silently. */
export type ParseResult =
  | { ok: true; ticket: Ticket; warnings: string[]; recovered: boolean }
  | { ok: false; code: RefusalCode; reason: string };

/** Bytes of a whole file and of its front matter. */
const limits = { file: 256 * 1024, frontMatter: 64 * 1024 };

/**
 * Reads a ticket with the rules of Backlog.md 1.52 and our own keys. Never throws, never runs anything, and takes
 * time linear in the file. A file that may still be half written is refused: empty, or its front matter not closed.
 */
export function parseTicket(bytes: Uint8Array, fileName: string): ParseResult {
  const read = readText(bytes);
  if (!read.ok) return { ...read, reason: `${fileName}: ${read.reason}` };
  const parsed = parseText(read.text);
  return parsed.ok ? parsed : { ...parsed, reason: `${fileName}: ${parsed.reason}` };
}

type Refusal = Extract<ParseResult, { ok: false }>;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readText(bytes: Uint8Array): { ok: true; text: string } | Refusal {
  if (bytes.length > limits.file) {
    return refusal(
      'too-large',
      `is ${bytes.length} bytes, at most ${limits.file} are read; move details elsewhere`,
    );
  }
  if (bytes.includes(0)) return refusal('nul', 'holds a NUL byte; save it as plain UTF-8 text');
  try {
    return { ok: true, text: utf8.decode(bytes) };
  } catch {
    return refusal('not-utf8', 'is not valid UTF-8; save it as UTF-8');
  }
}

function parseText(text: string): ParseResult {
  const layout = layOut(text);
  switch (layout.kind) {
    case 'open':
      return refusal(
        'front-matter-open',
        'the front matter opened by "---" is not closed; expected a line "---" after it',
      );
    case 'tagged':
      return refusal(
        'front-matter-language',
        `the front matter begins with ${JSON.stringify(`---${layout.tag.slice(0, 40)}`)}, expected "---" alone; only YAML is read`,
      );
    case 'bare':
      if (layout.body.trim() === '') return refusal('empty', 'is empty; write what should be done');
      return { ok: true, ...assemble({}, layout), recovered: false };
    case 'fenced':
      return parseFenced(layout);
  }
}

function parseFenced(layout: Extract<Layout, { kind: 'fenced' }>): ParseResult {
  const size = Buffer.byteLength(layout.block);
  if (size > limits.frontMatter) {
    const reason = `the front matter is ${size} bytes, at most ${limits.frontMatter} are read; move text to the body`;
    return refusal('front-matter-too-large', reason);
  }
  const front = readFrontMatter(layout);
  if (!front.ok) return refusal(front.code, front.reason);
  const { ticket, warnings } = assemble(front.data, layout);
  return { ok: true, ticket, warnings: [...front.warnings, ...warnings], recovered: front.recovered };
}

function refusal(code: RefusalCode, reason: string): Refusal {
  return { ok: false, code, reason };
}

function assemble(
  data: Record<string, unknown>,
  layout: Extract<Layout, { kind: 'bare' | 'fenced' }>,
): { ticket: Ticket; warnings: string[] } {
  const { fields, warnings } = readFields(data);
  const { wishes, warnings: wishWarnings } = readWishes(data);
  const rawContent = layout.body.trim();
  const index = indexSections(rawContent.replace(/\r\n/g, '\n'));
  const criteria = criteriaOf(index.source, 'acceptanceCriteria');
  const description = readSection(index, 'description') ?? '';
  const declared =
    description === '' ? (optionalText(ownValue(data, 'description')) ?? '').trim() : description;
  const ticket: Ticket = {
    ...fields,
    ...misreadId(layout, fields.id),
    rawContent,
    description,
    ...withoutUndefined({
      implementationPlan: readSection(index, 'implementationPlan'),
      implementationNotes: readSection(index, 'implementationNotes'),
      finalSummary: readSection(index, 'finalSummary'),
    }),
    acceptanceCriteriaItems: criteria.length > 0 ? criteria : readDeclaredCriteria(data),
    definitionOfDoneItems: criteriaOf(index.source, 'definitionOfDone'),
    comments: readComments(index),
    brief: declared === '' ? textOutsideSections(index, fields.title) : declared,
    wishes,
  };
  return { ticket, warnings: [...warnings, ...wishWarnings] };
}

/** The criteria of a body with LF line ends. */
export function criteriaOf(source: string, key: ChecklistKey): Criterion[] {
  return readChecklist(source, key).items.map(({ index, text, checked }) => ({ index, text, checked }));
}

/** YAML turns `0123`, `1e3` or a date into something else; an id must be what stands in the file. */
function misreadId(layout: Layout, id: string): { idAsWritten?: string } {
  if (layout.kind !== 'fenced') return {};
  const lines = layout.block.split(/\r?\n/);
  const entry = listEntries(lines).find(({ key }) => key === 'id');
  const value = entry === undefined ? '' : valueOf(lines[entry.first] ?? '');
  const written = unquote(value.replace(/(^|\s)#.*/s, '').trim());
  return written === id ? {} : { idAsWritten: written };
}
