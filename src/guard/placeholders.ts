import { addedLines, removedLines, type DiffLine, type FileDiff, type Hunk } from '../domain/read-diff.ts';
import type { Refusal } from '../ports.ts';
import { isSource } from './deceptive-text.ts';
import { isBareEllipsis, isElision, isVagueElision } from './elision.ts';
import type { Inspected } from './inspect-change.ts';

/**
 * Added lines that stand for code the model did not write, as "... rest of code unchanged ...", and files that the
 * change emptied. A line that was there before is no elision of ours.
 */
export function findPlaceholders({ files, diffs }: Inspected): Refusal[] {
  const modified = new Set(files.filter((file) => file.status === 'modified').map((file) => file.path));
  return diffs.flatMap((file) => [
    ...elisionsOf(file).map((line) =>
      refusal(
        file.path,
        line.newLine,
        'this line stands for code that was left out; write that code in full',
      ),
    ),
    ...(modified.has(file.path) && !isMark(file.path) && isEmptied(file)
      ? [
          refusal(
            file.path,
            0,
            'the change empties this file; put its content back, or delete it if that was asked for',
          ),
        ]
      : []),
  ]);
}

function elisionsOf(file: FileDiff): DiffLine[] {
  const before = new Set([...removedLines(file), ...contextLines(file)].map((line) => line.text.trim()));
  return file.hunks.flatMap((hunk) => {
    const shrinks = loss(hunk) >= 2;
    return hunk.lines.filter(
      (line) =>
        line.kind === 'added' && !before.has(line.text.trim()) && elides(line.text, file.path, shrinks),
    );
  });
}

/** In prose an elision may be an example, and a bare ellipsis anywhere: there they count where text was lost for them. */
function elides(text: string, path: string, shrinks: boolean): boolean {
  const isProse = /\.(?:md|mdx|markdown|rst|adoc|txt|html?)$/i.test(path);
  if (isProse && !shrinks) return false;
  if (isElision(text)) return true;
  return shrinks && (isBareEllipsis(text) || isVagueElision(text) || isDots(text, path));
}

/** No code but in Python, where it is a body, and in Nix, where it is the rest of the arguments. */
function isDots(text: string, path: string): boolean {
  return /^\s*(?:\.{3}|…)\s*$/.test(text) && !/\.(?:pyi?|nix)$/.test(path);
}

function contextLines(file: FileDiff): DiffLine[] {
  return file.hunks.flatMap((hunk) => hunk.lines.filter((line) => line.kind === 'context'));
}

function loss(hunk: Hunk): number {
  return hunk.oldLines - hunk.newLines;
}

/** Files that are there to be there. */
function isMark(path: string): boolean {
  return /(?:^|\/)__init__\.py$/.test(path);
}

/** Lines of a fragment of text that may be left empty in its place; a program never is. */
const fewLines = 3;

function isEmptied(file: FileDiff): boolean {
  const remaining = file.hunks.flatMap((hunk) => hunk.lines.filter((line) => line.kind !== 'removed'));
  const startsAtTop = file.hunks.length === 1 && (file.hunks[0]?.oldStart ?? 0) <= 1;
  return (
    startsAtTop &&
    removedLines(file).filter((line) => line.text.trim() !== '').length >
      (isSource(file.path) ? 0 : fewLines) &&
    addedLines(file).every((line) => line.text.trim() === '') &&
    remaining.every((line) => line.text.trim() === '')
  );
}

function refusal(path: string, line: number, reason: string): Refusal {
  return { code: 'GUARD_PLACEHOLDER', path, line, reason };
}
