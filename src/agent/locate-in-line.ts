import type { Split } from './edit.ts';
import type { FoldedLines } from './find-lines.ts';
import { plainPunctuation } from './find-lines.ts';
import type { Located } from './located.ts';
import { reindent } from './reindent.ts';

/** `anywhere`: the text as it is · `words`: it must not begin or end inside a word. */
export type InLine = 'anywhere' | 'words';

/** Finds a text without line breaks inside the lines of a file: as it is, else with plain punctuation; once or not at all. */
export function locateInLine(file: FoldedLines, split: Split, how: InLine): Located {
  const search = withoutLineEnd(split.search);
  if (search.trim() === '' || search.length > longestSearch) return { kind: 'missing' };
  for (const fold of [(line: string) => line, plainPunctuation]) {
    const places = placesOf(file, { text: fold(search), fold, how });
    const [place] = places;
    if (place === undefined) continue;
    if (places.length > 1) return { kind: 'ambiguous', lines: places.map((each) => each.line + 1) };
    const replace = how === 'words' ? withoutLineEnd(split.replace) : split.replace;
    return { kind: 'found', ops: [toOp(file, place, search, replace)] };
  }
  return { kind: 'missing' };
}

const longestSearch = 2000;

type PlaceInLine = { line: number; column: number };

function placesOf(
  file: FoldedLines,
  wanted: { text: string; fold: (line: string) => string; how: InLine },
): PlaceInLine[] {
  const { text, fold, how } = wanted;
  const places: PlaceInLine[] = [];
  for (const [line, original] of file.lines.entries()) {
    const folded = fold(original);
    for (let column = folded.indexOf(text); column >= 0; column = folded.indexOf(text, column + 1)) {
      if (how === 'anywhere' || standsAlone(folded, column, text)) places.push({ line, column });
    }
  }
  return places;
}

function standsAlone(line: string, column: number, text: string): boolean {
  const [before, after] = [line.charAt(column - 1), line.charAt(column + text.length)];
  return !(isWord(text.charAt(0)) && isWord(before)) && !(isWord(text.at(-1) ?? '') && isWord(after));
}

function isWord(character: string): boolean {
  return /[\p{L}\p{N}_]/u.test(character);
}

function toOp(file: FoldedLines, { line, column }: PlaceInLine, search: string, replace: string) {
  const original = file.lines[line] ?? '';
  const [before, after] = [original.slice(0, column), original.slice(column + search.length)];
  const fresh = replace.split(/\r?\n/);
  const isWholeLine = fresh.length > 1 && before.trim() === '' && after.trim() === '';
  const lines = isWholeLine
    ? reindent({ file: [original], search: [search], replace: fresh, kept: fresh.map(() => -1) })
    : (before + fresh.join('\n') + after).split('\n');
  return { start: line, length: 1, lines, kept: lines.map(() => -1) };
}

function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '');
}
