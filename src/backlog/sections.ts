import { countBelow, covers, overlaps, unite } from './ranges.ts';
import type { Range } from './ranges.ts';

/**
 * The four text sections of a ticket's body, in the order in which Backlog.md writes them. A section stands between
 * its markers, or, without markers, reaches from its heading to the next heading that Backlog.md knows.
 * All work is linear in the text, whatever stands in it.
 */
export const textSections = {
  description: { title: 'Description', marker: 'DESCRIPTION' },
  implementationPlan: { title: 'Implementation Plan', marker: 'PLAN' },
  implementationNotes: { title: 'Implementation Notes', marker: 'NOTES' },
  finalSummary: { title: 'Final Summary', marker: 'FINAL_SUMMARY' },
} as const;
export type SectionKey = keyof typeof textSections;
const sectionKeys = Object.keys(textSections) as SectionKey[];

/** Titles that end a section without markers. */
export const knownTitles: readonly string[] = [
  'Description',
  'Acceptance Criteria',
  'Acceptance Criteria (Optional)',
  'Definition of Done',
  'Implementation Plan',
  'Implementation Plan (Optional)',
  'Implementation Notes',
  'Implementation Notes (Optional)',
  'Notes',
  'Notes & Comments (Optional)',
  'Comments',
  'Final Summary',
];

/** Offsets into the source: the whole section with its heading, and the text in it. */
export type Section = Range & { key: SectionKey; bodyStart: number; bodyEnd: number; marked: boolean };

/** `source` has LF line ends. `covered` is where any text section stands. */
export type SectionIndex = { source: string; sections: Section[]; covered: Range[] };

export function indexSections(source: string): SectionIndex {
  const lines = splitLines(source);
  const sections: Section[] = [];
  let covered: Range[] = [];
  for (const key of sectionKeys) {
    const marked = findMarked(lines, key);
    const taken = unite([...covered, ...marked]);
    const plain = findPlain(source, key, 'at line start').filter((section) => !overlaps(taken, section));
    sections.push(...marked, ...plain);
    covered = unite([...taken, ...plain]);
  }
  return { source, sections, covered };
}

/** The section a reader sees: the first one that does not begin inside another section. */
export function findSection(index: SectionIndex, key: SectionKey): Section | undefined {
  const others = unite(index.sections.filter((section) => section.key !== key));
  const isFree = (section: Section): boolean => !covers(others, section.start);
  return (
    index.sections.find((section) => section.key === key && section.marked && isFree(section)) ??
    findPlain(index.source, key, 'anywhere').find(isFree)
  );
}

export function readSection(index: SectionIndex, key: SectionKey): string | undefined {
  const section = findSection(index, key);
  if (section === undefined) return undefined;
  const text = index.source.slice(section.bodyStart, section.bodyEnd).trim();
  return text === '' ? undefined : text;
}

type Line = { text: string; start: number };

function splitLines(source: string): Line[] {
  let start = 0;
  return source.split('\n').map((text) => {
    const line = { text, start };
    start += text.length + 1;
    return line;
  });
}

/** Sections whose heading is followed, blank lines aside, by a BEGIN marker that has its END. */
function findMarked(lines: readonly Line[], key: SectionKey): Section[] {
  const heading = `## ${textSections[key].title}`.toLowerCase();
  const ends = pairMarkers(lines, textSections[key].marker);
  const found: Section[] = [];
  for (let number = 0; number < lines.length; number += 1) {
    const line = lines[number];
    if (line === undefined || !isHeading(line.text, heading)) continue;
    let next = number + 1;
    while (lines[next]?.text.trim() === '') next += 1;
    const begin = lines[next];
    const last = ends.get(next);
    const end = last === undefined ? undefined : lines[last];
    if (begin === undefined || last === undefined || end === undefined) continue;
    found.push({
      key,
      start: line.start,
      bodyStart: begin.start + begin.text.length + 1,
      bodyEnd: end.start,
      end: end.start + end.text.length,
      marked: true,
    });
    number = last;
  }
  return found;
}

function isHeading(line: string, heading: string): boolean {
  return line.startsWith('## ') && line.trimEnd().toLowerCase() === heading;
}

/** Line of each BEGIN marker -> line of its END, nested ones paired inside out. */
function pairMarkers(lines: readonly Line[], marker: string): Map<number, number> {
  const open: number[] = [];
  const ends = new Map<number, number>();
  lines.forEach(({ text }, number) => {
    if (!text.startsWith('<!-- SECTION:')) return;
    const trimmed = text.trimEnd();
    if (trimmed === `<!-- SECTION:${marker}:BEGIN -->`) open.push(number);
    if (trimmed !== `<!-- SECTION:${marker}:END -->`) return;
    const begin = open.pop();
    if (begin !== undefined) ends.set(begin, number);
  });
  return ends;
}

/** Sections by their heading alone. The reader of one section finds its heading anywhere, even in `### Description`. */
function findPlain(source: string, key: SectionKey, where: keyof PlainPatterns['heading']): Section[] {
  const { heading: headings, others } = plainPatterns[key];
  const heading = headings[where];
  heading.lastIndex = 0;
  const found: Section[] = [];
  let endOf: ((bodyStart: number) => number) | null = null;
  for (let match = heading.exec(source); match !== null; match = heading.exec(source)) {
    const bodyStart = heading.lastIndex;
    endOf ??= plainEnds(source, others);
    const end = endOf(bodyStart);
    found.push({ key, start: match.index, bodyStart, bodyEnd: end, end, marked: false });
    heading.lastIndex = end;
  }
  return found;
}

type PlainPatterns = {
  heading: { 'at line start': RegExp; anywhere: RegExp };
  /** The headings of all other known titles. */
  others: RegExp;
};

/** Made once: of a short text, making them would cost more than the search. */
const plainPatterns = Object.fromEntries(
  sectionKeys.map((key) => [key, makePlainPatterns(textSections[key].title)]),
) as Record<SectionKey, PlainPatterns>;

function makePlainPatterns(title: string): PlainPatterns {
  const others = knownTitles
    .filter((other) => other !== title)
    .map((other) => other.replace(/[()]/g, '\\$&'));
  const heading = `## ${title}\\s*\\n`;
  return {
    heading: {
      'at line start': new RegExp(`(?:\\n|^)${heading}`, 'gi'),
      anywhere: new RegExp(heading, 'gi'),
    },
    others: new RegExp(`\\n## (?:${others.join('|')})(?=\\s|$)`, 'gi'),
  };
}

/** Where a section that begins at an offset ends: before the next of the other headings, or at the end. */
function plainEnds(source: string, others: RegExp): (bodyStart: number) => number {
  const breaks = Array.from(source.matchAll(others), (match) => match.index);
  return (bodyStart) => {
    const next = breaks[countBelow(breaks.length, (index) => (breaks[index] ?? 0) < bodyStart)];
    let end = next ?? source.length;
    while (end > bodyStart && source[end - 1] === '\n') end -= 1;
    return end;
  };
}
