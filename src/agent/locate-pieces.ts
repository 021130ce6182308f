import { isElision } from './elision.ts';
import type { FoldedLines } from './find-lines.ts';
import { findLines } from './find-lines.ts';
import type { Located } from './located.ts';
import { placeLines } from './place-lines.ts';
import type { LineOp } from './text-lines.ts';

/** `...` lines on both sides stand for lines that stay: each piece between them must be found once, and in order. */
export function locatePieces(file: FoldedLines, search: string[], replace: string[]): Located {
  const [found, wanted] = [cutAtDots(search), cutAtDots(replace)];
  if (found.length < 2 || found.length !== wanted.length) return { kind: 'missing' };
  const ops: LineOp[] = [];
  let from = 0;
  for (const [index, piece] of found.entries()) {
    const fresh = wanted[index] ?? [];
    if (piece.every((line) => line.trim() === '') && fresh.every((line) => line.trim() === '')) continue;
    const hits = findLines(file, piece, 'indentation');
    const start = hits?.starts[0];
    if (hits === undefined || start === undefined || start < from) return { kind: 'missing' };
    if (hits.starts.length > 1) return { kind: 'ambiguous', lines: hits.starts.map((each) => each + 1) };
    ops.push(placeLines(file, start, hits, fresh));
    from = start + hits.lines.length;
  }
  return ops.length === 0 ? { kind: 'missing' } : { kind: 'found', ops, note: 'found around its ... lines' };
}

function cutAtDots(lines: string[]): string[][] {
  const pieces: string[][] = [[]];
  for (const line of lines) {
    if (/^\s{0,80}(?:\.{3}|…)\s{0,80}$/.test(line) || isElision(line)) pieces.push([]);
    else pieces.at(-1)?.push(line);
  }
  return pieces;
}
