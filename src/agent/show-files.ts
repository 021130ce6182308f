import { fence } from '../domain/untrusted.ts';
import { mentions } from './choose-files.ts';
import { blockLines } from './text-lines.ts';

export type FileToShow = { path: string; text: string; lines?: { from: number; to: number } };

export type Shown = {
  text: string;
  /** Files that stand there from beginning to end. */
  whole: string[];
  /** Files for which there was no room. */
  leftOut: string[];
};

/** Below this an excerpt says nothing. */
const smallestExcerpt = 600;
const around = 12;

/**
 * Files as they are now, as far as `room` bytes go, the first ones first. A file that is too large is shown in excerpts
 * around the lines that hold one of `names`, and it is said plainly which lines those are.
 */
export function showFiles(files: readonly FileToShow[], room: number, names: readonly string[]): Shown {
  const parts: string[] = [];
  const shown: Omit<Shown, 'text'> = { whole: [], leftOut: [] };
  let left = room;
  for (const [index, file] of files.entries()) {
    const isLast = index === files.length - 1;
    const whole = file.lines === undefined ? `${file.path}\n${fence(file.text)}` : undefined;
    const fits = whole !== undefined && Buffer.byteLength(whole) <= left;
    const part = fits ? whole : excerpt(file, Math.floor(isLast ? left : left * 0.6), names);
    if (part === undefined) shown.leftOut.push(file.path);
    else {
      parts.push(part);
      left -= Buffer.byteLength(part) + 2;
      if (fits) shown.whole.push(file.path);
    }
  }
  return { text: parts.join('\n\n'), ...shown };
}

type Range = { from: number; to: number };

function excerpt(file: FileToShow, room: number, names: readonly string[]): string | undefined {
  if (room < smallestExcerpt) return undefined;
  const lines = blockLines(file.text);
  const wanted = file.lines === undefined ? interesting(lines, names) : [clip(file.lines, lines.length)];
  const ranges = withinRoom(wanted, lines, room - 200);
  if (ranges.length === 0) return undefined;
  const where = ranges.map(({ from, to }) => `${from}-${to}`).join(', ');
  const head = `${file.path}\nOnly lines ${where} of ${lines.length} are shown. Change this file with SEARCH/REPLACE blocks only; write READ: ${file.path}:FROM-TO to see other lines.`;
  return [head, ...ranges.map(({ from, to }) => fence(lines.slice(from - 1, to).join('\n')))].join('\n');
}

function clip({ from, to }: Range, count: number): Range {
  const first = Math.min(Math.max(1, from), Math.max(1, count));
  return { from: first, to: Math.max(first, Math.min(to, count)) };
}

/** The head of the file, where its imports are, and the lines around each name. */
function interesting(lines: readonly string[], names: readonly string[]): Range[] {
  const ranges: Range[] = [{ from: 1, to: Math.min(lines.length, around) }];
  for (const [index, line] of lines.entries()) {
    if (line.length > 2000 || !names.some((name) => mentions(line, name))) continue;
    const last = ranges.at(-1);
    const [from, to] = [Math.max(1, index + 1 - around), Math.min(lines.length, index + 1 + around)];
    if (last !== undefined && from <= last.to + 1) last.to = Math.max(last.to, to);
    else ranges.push({ from, to });
  }
  return ranges.length === 1 ? [{ from: 1, to: lines.length }] : ranges;
}

function withinRoom(ranges: readonly Range[], lines: readonly string[], room: number): Range[] {
  const kept: Range[] = [];
  let left = room;
  for (const { from, to } of ranges) {
    let end = from - 1;
    while (end < to && left - bytesOfLine(lines[end]) >= 0) {
      left -= bytesOfLine(lines[end]);
      end += 1;
    }
    if (end >= from) kept.push({ from, to: end });
    if (end < to) break;
  }
  return kept;
}

function bytesOfLine(line = ''): number {
  return Buffer.byteLength(line) + 1;
}
