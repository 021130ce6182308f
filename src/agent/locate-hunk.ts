import { isAlreadyThere } from './already-there.ts';
import type { Hunk, Split } from './edit.ts';
import { findNewElision } from './elision.ts';
import type { FoldedLines, LineHits, Stage } from './find-lines.ts';
import { findLines } from './find-lines.ts';
import { locateInLine } from './locate-in-line.ts';
import { locatePieces } from './locate-pieces.ts';
import { locateUnescaped } from './locate-unescaped.ts';
import type { Located } from './located.ts';
import { placeLines } from './place-lines.ts';
import { blockLines } from './text-lines.ts';

/** `after` is the line where the preceding hunk of the same patch ended. */
export type LocateOptions = { after: number; literal?: boolean };

/**
 * Finds the one place that a hunk means, or says why there is none: never the first of several, never a similar one.
 * Of several ways to cut a block the longest search that is found wins.
 */
export function locateHunk(file: FoldedLines, hunk: Hunk, options: LocateOptions = { after: 0 }): Located {
  if (hunk.insertOnly) return insertion(file, hunk, options.after);
  const splits = [hunk, ...(hunk.otherSplits ?? [])].sort((a, b) => b.search.length - a.search.length);
  if (splits.every((split) => changesNothing(split, hunk))) {
    return { kind: 'refused', reason: 'what to find and what to put there are the same' };
  }
  let ambiguous: Located | undefined;
  for (const split of splits) {
    const located = locateSplit(file, { ...hunk, ...split }, options);
    if (located.kind === 'ambiguous') ambiguous ??= located;
    else if (located.kind !== 'missing') return withoutPlaceholder(file, located);
  }
  if (ambiguous) return ambiguous;
  return splits.some((split) => isAlreadyThere(file, split)) ? { kind: 'already' } : { kind: 'missing' };
}

/** New lines that only stand for code left out would delete that code. */
function withoutPlaceholder(file: FoldedLines, located: Located): Located {
  if (located.kind !== 'found') return located;
  const fresh = located.ops.flatMap((op) => op.lines.filter((_, index) => (op.kept[index] ?? -1) < 0));
  const elision = findNewElision(fresh, file.lines);
  if (elision === undefined) return located;
  return {
    kind: 'refused',
    reason: `\`${elision.text}\` stands for code that was left out: write the code itself`,
  };
}

function changesNothing(split: Split, hunk: Hunk): boolean {
  return split.search === split.replace && hunk.finalNewline === undefined;
}

function locateSplit(file: FoldedLines, hunk: Hunk, options: LocateOptions): Located {
  if (hunk.search.trim() === '') return locateEmpty(file, hunk);
  const isPart = options.literal === true && !hunk.search.endsWith('\n');
  const search = blockLines(hunk.search);
  const replace = isPart ? hunk.replace.split(/\r?\n/) : blockLines(hunk.replace);
  if (isPart && search.length === 1) {
    const inLine = locateInLine(file, hunk, 'anywhere');
    if (inLine.kind !== 'missing') return inLine;
  }
  const hits = findLines(file, search);
  if (hits) return pick(file, { hits, replace, hunk, after: options.after });
  const pieces = locatePieces(file, search, replace);
  if (pieces.kind !== 'missing') return pieces;
  const inLine = search.length === 1 ? locateInLine(file, hunk, 'words') : pieces;
  return inLine.kind === 'missing' ? locateUnescaped(file, hunk) : inLine;
}

/** An empty search fills a file that is empty; in any other it could mean every place. */
function locateEmpty(file: FoldedLines, hunk: Hunk): Located {
  if (file.lines.some((line) => line.trim() !== '')) {
    return {
      kind: 'refused',
      reason: 'what to find is empty, but the file is not: give the lines to replace',
    };
  }
  const lines = blockLines(hunk.replace);
  const finalNewline = hunk.replace.endsWith('\n');
  return {
    kind: 'found',
    ops: [{ start: 0, length: file.lines.length, lines, kept: lines.map(() => -1), finalNewline }],
  };
}

function insertion(file: FoldedLines, hunk: Hunk, after: number): Located {
  const lines = blockLines(hunk.replace);
  const kept = lines.map(() => -1);
  if (hunk.anchors === undefined) {
    return { kind: 'found', ops: [{ start: file.lines.length, length: 0, lines, kept }] };
  }
  const anchor = placeOfAnchors(file, hunk.anchors, after);
  return typeof anchor === 'number'
    ? { kind: 'found', ops: [{ start: anchor + 1, length: 0, lines, kept }] }
    : anchor;
}

type Choice = { hits: LineHits; replace: string[]; hunk: Hunk; after: number };

function pick(file: FoldedLines, choice: Choice): Located {
  const { hits, hunk } = choice;
  const start = hits.starts.length === 1 ? hits.starts[0] : choose(file, choice);
  if (start === undefined) return { kind: 'ambiguous', lines: hits.starts.map((each) => each + 1) };
  const op = placeLines(file, start, hits, choice.replace);
  const ends = hunk.finalNewline !== undefined && start + hits.lines.length === file.lines.length;
  const ops = [ends && hunk.finalNewline !== undefined ? { ...op, finalNewline: hunk.finalNewline } : op];
  const note = isVerbatim(file, start, hits) ? undefined : notes[hits.stage];
  return note === undefined ? { kind: 'found', ops } : { kind: 'found', ops, note };
}

/** What a patch says beyond its lines: the end of the file, a line above, the line number, what came before. */
function choose(file: FoldedLines, { hits, hunk, after }: Choice): number | undefined {
  const { starts } = hits;
  if (hunk.atEnd) return starts.find((start) => start + hits.lines.length === file.lines.length);
  if (hunk.anchors !== undefined) {
    const anchor = placeOfAnchors(file, hunk.anchors, after);
    return typeof anchor === 'number' ? starts.find((start) => start >= anchor) : undefined;
  }
  const numbered = starts.find((start) => start + 1 - hits.blankStart === hunk.nearLine);
  if (numbered !== undefined || hunk.ordered !== true) return numbered;
  const later = starts.filter((start) => start >= after);
  return later.length === 1 ? later[0] : undefined;
}

/** The line of the last anchor, each looked for below the one before; several places for one are no answer. */
function placeOfAnchors(file: FoldedLines, anchors: string[], after: number): number | Located {
  let place = -1;
  for (const anchor of anchors) {
    const starts = findLines(file, [anchor])?.starts ?? [];
    const below = starts.filter((start) => start > place);
    const later = below.filter((start) => start >= after);
    const [first, second] = below.length > 1 ? later : below;
    if (first === undefined) return { kind: 'missing' };
    if (second !== undefined && place < 0)
      return { kind: 'ambiguous', lines: later.map((start) => start + 1) };
    place = first;
  }
  return place;
}

function isVerbatim(file: FoldedLines, start: number, hits: LineHits): boolean {
  return hits.lines.every((line, index) => line === file.lines[start + index]);
}

const notes: Record<Stage, string> = {
  exact: '',
  trailing: 'found with other blanks at line ends',
  punctuation: 'found with other quotes, dashes or spaces',
  indentation: 'found with another indentation, which was kept',
  spaces: 'found with other spaces between words',
};
