import type { Split } from './edit.ts';
import type { FoldedLines } from './find-lines.ts';
import { findLines } from './find-lines.ts';
import { locateInLine } from './locate-in-line.ts';
import type { Located } from './located.ts';
import { placeLines } from './place-lines.ts';
import { blockLines } from './text-lines.ts';

/** Finds what is in the file once the escapes of the search are undone, exactly and once. */
export function locateUnescaped(file: FoldedLines, hunk: Split): Located {
  const search = unescape(hunk.search);
  if (search === hunk.search) return { kind: 'missing' };
  const replace = isEscapedLike(hunk, search) ? unescape(hunk.replace) : hunk.replace;
  const lines = blockLines(search);
  const hits = findLines(file, lines, 'trailing');
  const [start, other] = hits?.starts ?? [];
  if (hits === undefined || start === undefined) {
    return lines.length === 1 ? locateInLine(file, { search, replace }, 'words') : { kind: 'missing' };
  }
  if (other !== undefined) return { kind: 'ambiguous', lines: hits.starts.map((each) => each + 1) };
  const op = placeLines(file, start, hits, blockLines(replace));
  return { kind: 'found', ops: [op], note: 'found after its escapes were undone' };
}

/** The replacement was escaped as well if it has more in common with the search as it came than as it was meant. */
function isEscapedLike(hunk: Split, meant: string): boolean {
  return inCommon(hunk.replace, hunk.search) > inCommon(hunk.replace, meant);
}

function inCommon(a: string, b: string): number {
  let [start, end] = [0, 0];
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  while (end < a.length && end < b.length && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  return start + end;
}

/** Text that went through a string literal once too often. */
function unescape(text: string): string {
  const meaning: Record<string, string> = { n: '\n', t: '\t', r: '\r' };
  return text.replace(/\\([ntr'"`\\$])/g, (_, letter: string) => meaning[letter] ?? letter);
}
