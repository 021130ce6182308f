import { alignLines } from './align-lines.ts';
import type { FoldedLines, LineHits } from './find-lines.ts';
import { reindent } from './reindent.ts';
import type { LineOp } from './text-lines.ts';

/** The change of the lines that were found; where the model's indentation differed, the file's is kept. */
export function placeLines(file: FoldedLines, start: number, hits: LineHits, replace: string[]): LineOp {
  const fresh = withoutBlanks(replace, hits.blankStart, hits.blankEnd);
  const kept = alignLines(hits.lines, fresh);
  const length = hits.lines.length;
  const place = { file: file.lines.slice(start, start + length), search: hits.lines, replace: fresh, kept };
  const isIndented = hits.stage === 'indentation' || hits.stage === 'spaces';
  return { start, length, lines: isIndented ? reindent(place) : fresh, kept };
}

/** What was left out of the search is left out of the replacement as well, as far as it is there. */
function withoutBlanks(lines: string[], fromStart: number, fromEnd: number): string[] {
  let [start, end] = [0, lines.length];
  while (start < Math.min(fromStart, end) && (lines[start] ?? '').trim() === '') start += 1;
  while (lines.length - end < fromEnd && end > start && (lines[end - 1] ?? '').trim() === '') end -= 1;
  return lines.slice(start, end);
}
