import type { Criterion } from '../domain/ticket.ts';
import { listMarkers, markedRanges } from './markers.ts';
import type { Marker } from './markers.ts';
import { covers } from './ranges.ts';
import type { Range } from './ranges.ts';

export const checklists = {
  acceptanceCriteria: { title: 'Acceptance Criteria', family: 'AC' },
  definitionOfDone: { title: 'Definition of Done', family: 'DOD' },
} as const;
export type ChecklistKey = keyof typeof checklists;

/** A checklist item and the offset of its line. */
export type ChecklistItem = Criterion & { at: number };

/** Ranges of the checklist's sections with their headings, and the items in them, numbered by position. */
export type Checklist = { sections: Range[]; items: ChecklistItem[] };

type Body = Range & { bodyStart: number; bodyEnd: number };

/**
 * Reads a checklist as Backlog.md does: between markers below the right heading, else in every `## ` section of that
 * title. Markers that are unclosed, doubled or stray make it empty, for nobody can say what the author meant.
 */
export function readChecklist(source: string, key: ChecklistKey): Checklist {
  const { title, family } = checklists[key];
  const markers = listMarkers(source);
  const foreign = markedRanges(markers.filter((marker) => marker.family !== family));
  const own = markers.filter((marker) => marker.family === family && !covers(foreign, marker.start));
  const pairs = pairOwn(own);
  if (pairs === null) return { sections: [], items: [] };
  const marked = pairs.flatMap((pair) => markedBody(source, title, pair) ?? []);
  const attached = marked.filter((body) => !covers(foreign, body.start));
  const isMarked = attached.length > 0;
  const bodies = isMarked ? attached : plainBodies(source, title, foreign);
  const pattern = isMarked ? /^- \[([ x])\] (?:#\d+ )?(.+)$/gm : /^- \[([ x])\] (.+)$/gm;
  const found = bodies
    .flatMap((body) => readItems(source, body, pattern))
    .filter((item) => !covers(foreign, item.at));
  return {
    sections: bodies.map(({ start, end }) => ({ start, end })),
    items: found.map((item, position) => ({ ...item, index: position + 1 })),
  };
}

/** Headings of the second level outside `hidden` ranges. */
export function listHeadings(
  source: string,
  hidden: readonly Range[],
): { start: number; end: number; title: string }[] {
  return Array.from(source.matchAll(/^##[\t ](.+)$/gm), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
    title: (match[1] ?? '').trim(),
  })).filter((heading) => !covers(hidden, heading.start));
}

/** BEGIN and END must alternate; null when they do not. */
function pairOwn(markers: readonly Marker[]): { begin: Marker; end: Marker }[] | null {
  const pairs: { begin: Marker; end: Marker }[] = [];
  let begin: Marker | null = null;
  for (const marker of markers) {
    if ((marker.kind === 'BEGIN') !== (begin === null)) return null;
    if (begin !== null) pairs.push({ begin, end: marker });
    begin = begin === null ? marker : null;
  }
  return begin === null ? pairs : null;
}

/** Only blank lines may stand between the heading and its BEGIN marker. */
function markedBody(source: string, title: string, pair: { begin: Marker; end: Marker }): Body | null {
  let headingEnd = pair.begin.start;
  while (/[\t\n ]/.test(source[headingEnd - 1] ?? '')) headingEnd -= 1;
  const start = headingEnd - `## ${title}`.length;
  const hasHeading =
    source.slice(headingEnd, pair.begin.start).includes('\n') &&
    (start === 0 || source[start - 1] === '\n') &&
    source.slice(Math.max(0, start), headingEnd).toLowerCase() === `## ${title}`.toLowerCase();
  if (!hasHeading) return null;
  return { start, bodyStart: pair.begin.end, bodyEnd: pair.end.start, end: pair.end.end };
}

function plainBodies(source: string, title: string, foreign: readonly Range[]): Body[] {
  const headings = listHeadings(source, foreign);
  return headings.flatMap((heading, position) => {
    if (heading.title.toLowerCase() !== title.toLowerCase()) return [];
    const end = headings[position + 1]?.start ?? source.length;
    return [{ start: heading.start, bodyStart: heading.end, bodyEnd: end, end }];
  });
}

function readItems(source: string, body: Body, pattern: RegExp): Omit<ChecklistItem, 'index'>[] {
  return Array.from(source.slice(body.bodyStart, body.bodyEnd).matchAll(pattern), (match) => ({
    text: match[2] ?? '',
    checked: match[1] === 'x',
    at: body.bodyStart + match.index,
  }));
}
