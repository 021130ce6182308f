import { unite } from './ranges.ts';
import type { Range } from './ranges.ts';

export type Marker = Range & { family: string; kind: 'BEGIN' | 'END' };

/** Marker lines such as `<!-- AC:BEGIN -->`; a marker inside a line is text. */
export function listMarkers(source: string): Marker[] {
  const pattern = /^<!-- (SECTION:[A-Z][A-Z0-9_]*|COMMENTS|COMMENT|AC|DOD):(BEGIN|END) -->[\t ]*$/gm;
  return Array.from(source.matchAll(pattern), (match) => ({
    family: match[1] ?? '',
    kind: match[2] === 'BEGIN' ? 'BEGIN' : 'END',
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** What stands between markers, those of each family paired inside out; stray ones count for nothing. */
export function markedRanges(markers: readonly Marker[]): Range[] {
  const open = new Map<string, Marker[]>();
  const ranges: Range[] = [];
  for (const marker of markers) {
    const pending = open.get(marker.family) ?? [];
    open.set(marker.family, pending);
    if (marker.kind === 'BEGIN') {
      pending.push(marker);
      continue;
    }
    const begin = pending.pop();
    if (begin !== undefined) ranges.push({ start: begin.start, end: marker.end });
  }
  return unite(ranges);
}
