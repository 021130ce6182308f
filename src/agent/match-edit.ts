import type { Hunk } from './edit.ts';
import type { FoldedLines } from './find-lines.ts';
import { findLines, foldLines } from './find-lines.ts';
import type { Located } from './located.ts';
import { locateHunk } from './locate-hunk.ts';
import { nearestRegion, showRegion } from './nearest-region.ts';
import type { FileText, LineOp } from './text-lines.ts';
import { applyOps, blockLines, joinFile, splitFile } from './text-lines.ts';

type Where = { startLine: number; endLine: number; note?: string };

/** Lines are 1-based, of the new text. `already`: the file says so without the edit. */
export type HunkResult =
  ({ status: 'applied' } & Where) | { status: 'already' } | { status: 'failed'; reason: string };

/**
 * Applies the hunks of one file. All are looked for in the original first; those that are not there are looked for once
 * more in what the others made of it. A hunk that fails, or that meets another one's lines, changes nothing.
 */
export function replaceHunks(
  original: string,
  hunks: readonly Hunk[],
): { text: string; results: HunkResult[] } {
  const first = applyRound(splitFile(original), hunks);
  const second = hunks.filter((_, index) => first.outcomes[index]?.kind === 'missing');
  if (second.length === 0 || second.length === hunks.length) return finish(original, hunks, first);
  const again = applyRound(first.file, second);
  for (const [index, hunk] of hunks.entries()) {
    const place = second.indexOf(hunk);
    const outcome = again.outcomes[place];
    if (place >= 0 && first.outcomes[index]?.kind === 'missing' && outcome) first.outcomes[index] = outcome;
  }
  return finish(original, hunks, { file: again.file, outcomes: first.outcomes });
}

export type Replacement = { search: string; replace: string; all?: boolean };

/** One replacement of a text by another, as the `edit` tool makes it; a search without a final newline may be part of a line. */
export function replaceInText(
  original: string,
  { search, replace, all = false }: Replacement,
):
  | { ok: true; text: string; startLine: number; endLine: number; note?: string }
  | { ok: false; reason: string } {
  const file = splitFile(original);
  const folded = foldFile(file);
  const located = all
    ? locateAll(folded, { search, replace })
    : locateHunk(folded, { search, replace }, { after: 0, literal: true });
  if (located.kind === 'already')
    return { ok: true, text: original, startLine: 0, endLine: 0, note: 'already there' };
  if (located.kind !== 'found') return { ok: false, reason: explain(located, file, search) };
  const text = joinFile(applyOps(file, located.ops));
  return {
    ok: true,
    text,
    ...newRange(located.ops, located.ops),
    ...(located.note && { note: located.note }),
  };
}

type Outcome = Exclude<Located, { kind: 'found' }> | { kind: 'done'; where: Where };
type Round = { file: FileText; outcomes: Outcome[] };

function applyRound(file: FileText, hunks: readonly Hunk[]): Round {
  const folded = foldFile(file);
  const taken: LineOp[] = [];
  let after = 0;
  const located = hunks.map((hunk, index): Located => {
    if (hunk.ordered !== true) after = 0;
    if (repeats(hunks, index)) return { kind: 'already' };
    const found = locateHunk(folded, hunk, { after });
    if (found.kind !== 'found') return found;
    if (found.ops.some((op) => taken.some((other) => overlap(op, other))))
      return { kind: 'refused', reason: overlapping };
    taken.push(...found.ops);
    after = Math.max(...found.ops.map((op) => op.start + op.length));
    return found;
  });
  const outcomes = located.map((each): Outcome => {
    if (each.kind !== 'found') return each;
    const where = { ...newRange(each.ops, taken), ...(each.note && { note: each.note }) };
    return { kind: 'done', where };
  });
  return { file: applyOps(file, taken), outcomes };
}

/** A model that stutters sends the same block twice. */
function repeats(hunks: readonly Hunk[], index: number): boolean {
  const hunk = hunks[index];
  if (hunk === undefined || hunk.ordered === true) return false;
  return hunks.findIndex((each) => each.search === hunk.search && each.replace === hunk.replace) < index;
}

const overlapping = 'it changes lines that another block of this reply already changes';

/** Two insertions at the same line follow each other; an insertion inside a replaced stretch has lost its place. */
function overlap(a: LineOp, b: LineOp): boolean {
  if (a.length === 0 && b.length === 0) return false;
  if (a.length === 0) return a.start > b.start && a.start < b.start + b.length;
  if (b.length === 0) return b.start > a.start && b.start < a.start + a.length;
  return a.start < b.start + b.length && b.start < a.start + a.length;
}

/** Where the lines of some operations lie after all operations were applied. */
function newRange(ops: readonly LineOp[], all: readonly LineOp[]): { startLine: number; endLine: number } {
  const place = (op: LineOp): number =>
    all.reduce(
      (sum, other) => (other.start < op.start ? sum + other.lines.length - other.length : sum),
      op.start,
    ) + 1;
  const startLine = Math.min(...ops.map(place));
  const endLine = Math.max(...ops.map((op) => place(op) + Math.max(0, op.lines.length - 1)));
  return { startLine, endLine };
}

function finish(
  original: string,
  hunks: readonly Hunk[],
  round: Round,
): { text: string; results: HunkResult[] } {
  const isChanged = round.outcomes.some((outcome) => outcome.kind === 'done');
  let explained = 0;
  const results = round.outcomes.map((outcome, index): HunkResult => {
    if (outcome.kind === 'already') return { status: 'already' };
    if (outcome.kind === 'done') return { status: 'applied', ...outcome.where };
    // Looking for resemblances takes time; a model that missed this often needs the whole file anyway.
    explained += 1;
    const file = explained > 5 ? undefined : round.file;
    const hunk = hunks[index] ?? { search: '', replace: '' };
    return { status: 'failed', reason: explain(asOfNow(outcome, hunk, round.file), file, hunk.search) };
  });
  return { text: isChanged ? joinFile(round.file) : original, results };
}

/** The line numbers of an ambiguity as they are after the other blocks, since that is the file the model sees next. */
function asOfNow<T extends Outcome>(
  outcome: T,
  hunk: Hunk,
  file: FileText,
): T | Extract<Located, { kind: 'ambiguous' }> {
  if (outcome.kind !== 'ambiguous') return outcome;
  const now = locateHunk(foldFile(file), hunk);
  return now.kind === 'ambiguous' ? now : outcome;
}

function explain(
  outcome: Exclude<Located, { kind: 'found' | 'already' }>,
  file: FileText | undefined,
  search: string,
): string {
  if (outcome.kind === 'refused') return outcome.reason;
  if (outcome.kind === 'ambiguous') {
    const shown = outcome.lines.slice(0, 8).join(', ') + (outcome.lines.length > 8 ? ', …' : '');
    return `what to find is ambiguous: it stands at lines ${shown}; add lines around it that make it unique`;
  }
  const lines = file?.lines.map((line) => line.text) ?? [];
  const region = nearestRegion(lines, blockLines(search));
  if (region === undefined) return 'what to find is not in the file';
  return `what to find is not in the file; the nearest lines (${Math.floor(region.alike * 100)} % alike, > marks the first that differs) are:\n${showRegion(lines, region)}`;
}

function foldFile(file: FileText): FoldedLines {
  return foldLines(file.lines.map((line) => line.text));
}

/** Every place of the strictest stage that finds any. */
function locateAll(file: FoldedLines, { search, replace }: Replacement): Located {
  if (search === replace)
    return { kind: 'refused', reason: 'what to find and what to put there are the same' };
  if (search.trim() === '') return { kind: 'refused', reason: 'what to find is empty' };
  if (!search.includes('\n')) {
    const ops = file.lines.flatMap((line, start) =>
      line.includes(search) ? [replaceInLine(line, start, { search, replace })] : [],
    );
    if (ops.length > 0) return { kind: 'found', ops };
  }
  const hits = findLines(file, blockLines(search), 'punctuation');
  if (hits === undefined) return { kind: 'missing' };
  const lines = search.endsWith('\n') ? blockLines(replace) : replace.split(/\r?\n/);
  const ops: LineOp[] = [];
  for (const start of hits.starts) {
    const end = ops.at(-1);
    if (end !== undefined && start < end.start + end.length) continue;
    ops.push({ start, length: hits.lines.length, lines, kept: lines.map(() => -1) });
  }
  return { kind: 'found', ops };
}

function replaceInLine(line: string, start: number, { search, replace }: Replacement): LineOp {
  const lines = line.split(search).join(replace).split(/\r?\n/);
  return { start, length: 1, lines, kept: lines.map(() => -1) };
}
