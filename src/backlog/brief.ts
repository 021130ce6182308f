import { firstHeading } from '../domain/ticket-identity.ts';
import { checklists, listHeadings, readChecklist } from './checklists.ts';
import type { ChecklistKey } from './checklists.ts';
import { findComments } from './comments.ts';
import { unite } from './ranges.ts';
import type { Range } from './ranges.ts';
import { knownTitles } from './sections.ts';
import type { SectionIndex } from './sections.ts';

/** Every text outside the sections that Backlog.md knows, without the heading that serves as the title. */
export function textOutsideSections(index: SectionIndex, title: string): string {
  const { source } = index;
  const heading = title === '' ? firstHeading(source) : null;
  const cuts = unite([...index.covered, ...otherSections(index), ...(heading === null ? [] : [heading])]);
  let kept = '';
  let position = 0;
  for (const cut of cuts) {
    kept += `${source.slice(position, cut.start).trim()}\n\n`;
    position = cut.end;
  }
  return (kept + source.slice(position)).replace(/\n{3,}/g, '\n\n').trim();
}

/** Checklists, comments and known headings without markers, each up to the next heading of any title. */
function otherSections(index: SectionIndex): Range[] {
  const known = new Set(knownTitles.map((title) => title.toLowerCase()));
  const headings = listHeadings(index.source, index.covered);
  const plain = headings.flatMap(({ start, title }, position) =>
    known.has(title.toLowerCase())
      ? [{ start, end: headings[position + 1]?.start ?? index.source.length }]
      : [],
  );
  const comments = findComments(index);
  const lists = (Object.keys(checklists) as ChecklistKey[]).flatMap(
    (key) => readChecklist(index.source, key).sections,
  );
  return [...plain, ...lists, ...(comments === undefined ? [] : [comments])];
}
