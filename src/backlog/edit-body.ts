import { readChecklist } from './checklists.ts';
import { findComments } from './comments.ts';
import { foreignLine, foreignLines } from './foreign-text.ts';
import { findSection, indexSections } from './sections.ts';
import type { SectionIndex } from './sections.ts';

/** The text after the front matter, and the line break that new lines get. */
export type Body = { text: string; eol: string };

export type NewComment = { author: string; createdDate: string; body: string };

/** Ticks acceptance criteria by their number; numbers that do not exist are left out. */
export function tickCriteria(body: Body, numbers: readonly number[]): string {
  const view = viewOf(body);
  const lines = [...view.lines];
  for (const item of readChecklist(view.index.source, 'acceptanceCriteria').items) {
    if (item.checked || !numbers.includes(item.index)) continue;
    const number = view.lineOf(item.at);
    lines[number] = (lines[number] ?? '').replace('- [ ] ', '- [x] ');
  }
  return lines.join('');
}

/** Adds a comment behind the others, or with a section of its own where Backlog.md puts it. */
export function addComment(body: Body, comment: NewComment): string {
  const view = viewOf(body);
  const block = findComments(view.index);
  const text = foreignLines(comment.body);
  const attributes = [
    `author: ${foreignLine(comment.author)}`,
    `created: ${foreignLine(comment.createdDate)}`,
  ];
  const lines = [...attributes, '---', ...text, '---'];
  if (block === undefined) {
    const section = ['## Comments', '', '<!-- COMMENTS:BEGIN -->', ...lines, '<!-- COMMENTS:END -->'];
    return insertAfter(view, commentsPlace(view.index), section);
  }
  const old = ['<!-- COMMENT:BEGIN -->', ...attributes, '', ...text, '<!-- COMMENT:END -->'];
  const isFirst = view.index.source.slice(block.bodyStart, block.bodyEnd).trim() === '';
  const added = [...(isFirst ? [] : ['']), ...(block.old ? old : lines)];
  return splice(view, view.lineOf(block.bodyEnd), 0, added);
}

export type WrittenSection = 'finalSummary' | 'implementationNotes';

const written = {
  finalSummary: { title: 'Final Summary', mark: 'FINAL_SUMMARY', place: summaryPlace },
  implementationNotes: { title: 'Implementation Notes', mark: 'NOTES', place: notesPlace },
};

/** Replaces a section, or adds it where Backlog.md puts it. */
export function setSection(body: Body, name: WrittenSection, content: string): string {
  const { title, mark, place } = written[name];
  const view = viewOf(body);
  const text = foreignLines(content);
  const marked = [`<!-- SECTION:${mark}:BEGIN -->`, ...text, `<!-- SECTION:${mark}:END -->`];
  const section = findSection(view.index, name);
  if (section === undefined) return insertAfter(view, place(view.index), [`## ${title}`, '', ...marked]);
  if (section.marked) {
    const first = view.lineOf(section.bodyStart);
    return splice(view, first, view.lineOf(section.bodyEnd) - first, text);
  }
  const heading = view.lineOf(section.start);
  const last = view.lineOf(
    section.start + view.index.source.slice(section.start, section.end).trimEnd().length,
  );
  return splice(view, heading + 1, last - heading, ['', ...marked]);
}

/** The body as the parser sees it (`index`, LF and trimmed) and as it stands in the file (`lines` with their breaks). */
type View = { index: SectionIndex; lines: string[]; eol: string; lineOf: (offset: number) => number };

function viewOf({ text, eol }: Body): View {
  const source = text.trim().replace(/\r\n/g, '\n');
  const skipped = countBreaks(text.slice(0, text.length - text.trimStart().length));
  const lineOf = (offset: number): number => skipped + countBreaks(source.slice(0, offset));
  return { index: indexSections(source), lines: splitLines(text), eol, lineOf };
}

/** Lines with their line breaks. */
export function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function countBreaks(text: string): number {
  return text.split('\n').length - 1;
}

/** Offsets after which Backlog.md adds a section: behind the first of these that exists. */
function commentsPlace(index: SectionIndex): number {
  return (
    findSection(index, 'implementationNotes')?.end ??
    findSection(index, 'implementationPlan')?.end ??
    findSection(index, 'finalSummary')?.start ??
    readChecklist(index.source, 'definitionOfDone').sections[0]?.end ??
    readChecklist(index.source, 'acceptanceCriteria').sections[0]?.end ??
    findSection(index, 'description')?.end ??
    index.source.length
  );
}

function notesPlace(index: SectionIndex): number {
  return (
    findSection(index, 'implementationPlan')?.end ??
    readChecklist(index.source, 'definitionOfDone').sections[0]?.end ??
    readChecklist(index.source, 'acceptanceCriteria').sections[0]?.end ??
    findSection(index, 'description')?.end ??
    findComments(index)?.start ??
    findSection(index, 'finalSummary')?.start ??
    index.source.length
  );
}

function summaryPlace(index: SectionIndex): number {
  return (
    findComments(index)?.end ??
    findSection(index, 'implementationNotes')?.end ??
    findSection(index, 'implementationPlan')?.end ??
    readChecklist(index.source, 'definitionOfDone').sections[0]?.end ??
    readChecklist(index.source, 'acceptanceCriteria').sections[0]?.end ??
    index.source.length
  );
}

/** Puts a section behind the last text before an offset, with one blank line on either side. */
function insertAfter(view: View, offset: number, section: readonly string[]): string {
  const before = view.index.source.slice(0, offset).trimEnd();
  const at = before === '' ? Number(view.lines[0]?.trim() === '') : view.lineOf(before.length) + 1;
  const previous = view.lines[at - 1];
  const next = view.lines[at];
  const above = previous?.trim() === '' ? [] : [''];
  const below = next === undefined || next.trim() === '' ? [] : [''];
  return splice(view, at, 0, [...above, ...section, ...below]);
}

/** Replaces lines; a file without a last line break stays without one. */
function splice(view: View, at: number, removed: number, added: readonly string[]): string {
  const last = view.lines.at(-1);
  const isOpen = last !== undefined && !last.endsWith('\n');
  const lines = isOpen ? view.lines.with(-1, last + view.eol) : view.lines;
  const text = lines.toSpliced(at, removed, ...added.map((line) => line + view.eol)).join('');
  return isOpen && text.endsWith(view.eol) ? text.slice(0, -view.eol.length) : text;
}
