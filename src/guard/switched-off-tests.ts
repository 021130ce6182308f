import { removedLines, type DiffLine, type FileDiff, type Hunk } from '../domain/read-diff.ts';
import { isTestFile } from '../domain/test-file.ts';
import type { Weakened } from './deleted-tests.ts';
import { skipsHere } from './skipped-here.ts';
import {
  exitsRun,
  isComment,
  isMark,
  isNever,
  leaves,
  opensTest,
  strength,
  swallows,
  switchedOff,
} from './test-lines.ts';

/** Added lines by which tests that were there before do not run, do not run to their end, or cannot fail. */
export function findSwitchedOff(file: FileDiff): Weakened[] {
  if (!isTestFile(file.path) || file.oldPath === null) return [];
  const wereThere = new Set(removedLines(file).map(({ text }) => text.trim()));
  return file.hunks.flatMap((hunk) =>
    hunk.lines.flatMap((line, at) => {
      if (line.kind !== 'added' || wereThere.has(line.text.trim())) return [];
      const reason = faultOf(hunk, at);
      return reason === null ? [] : [{ path: file.path, line: line.newLine, reason }];
    }),
  );
}

function faultOf(hunk: Hunk, at: number): string | null {
  const text = hunk.lines[at]?.text.trim() ?? '';
  if (commentsOut(hunk, at)) return 'this makes a comment of a test; take it out';
  if (
    /^\/\/(?:go:build| \+build) (?:ignore|never|none|disabled|off|windows|darwin|plan9|aix|js|wasm|!linux|!unix)\b/.test(
      text,
    )
  )
    return 'by this line the file is never built; take it out';
  if (isComment(text)) return null;
  if (isTrick(text)) return 'by this the assertions of this file prove nothing; take it out';
  const bare = withoutTexts(text);
  const kind = switchedOff(bare);
  if (kind === 'only') return 'this runs one test and leaves out all others; take the focus away';
  if (exitsRun(bare)) return 'this ends the run of the tests; take it out';
  const reason =
    kind !== null || skipsHere(text)
      ? 'this keeps a test from running; let it run, and mend the code'
      : isNever(text) || (leaves(text) && isFollowed(hunk, at))
        ? 'what follows this line never runs; take it out'
        : hidesFailure(hunk, at)
          ? 'this hides that a test fails; take it out'
          : null;
  return reason !== null && isOfEarlierTest(hunk, at) ? reason : null;
}

/** Assertions that are replaced by something of one's own, and tests that are run until they pass. */
function isTrick(text: string): boolean {
  return (
    /^(?:(?:globalThis|global|window)\.)(?:expect|assert|it|test|describe)\s*=(?!=)/.test(text) ||
    /^(?:const|let|var) (?:expect|assert)\s*=\s*(?:async )?(?:function\b|\(?[\w, ]*\)?\s*=>)|^function (?:expect|assert)\s*\(/.test(
      text,
    ) ||
    /^(?:unittest\.)?TestCase\.assert\w+\s*=(?!=)|^jest\.retryTimes\(\s*[1-9]/.test(text)
  );
}

/** Tests are full of code in quotes, which is data there. */
function withoutTexts(line: string): string {
  const escapeOrText = /\\.|(["'`])(?:\\.|(?!\1)[^\\])*\1/g;
  return line.replace(escapeOrText, (found, quote?: string) => (quote === undefined ? found : quote + quote));
}

/** The beginning of a comment, and behind it a test that was there before. */
function commentsOut({ lines }: Hunk, at: number): boolean {
  const text = lines[at]?.text.trim() ?? '';
  if (!/^(?:\/\*|<!--|"""|'''|=begin\b|#if 0\b)/.test(text) || endsComment(text.slice(3))) return false;
  if (/^(?:"""|''')/.test(text) && isWithinText(lines.slice(0, at), text.slice(0, 3))) return false;
  const behind = lines.slice(at + 1).filter(({ kind }) => kind !== 'removed');
  const end = behind.findIndex((line) => endsComment(line.text));
  const inside = behind.slice(0, end === -1 ? undefined : end);
  const moved = new Set(lines.filter(({ kind }) => kind === 'removed').map(({ text: line }) => line.trim()));
  return inside.some(
    ({ kind, text: line }) => (kind === 'context' || moved.has(line.trim())) && proves(line.trim()),
  );
}

/** The same mark opens a text of Python and closes it. */
function isWithinText(before: readonly DiffLine[], mark: string): boolean {
  const above = before.filter(({ kind }) => kind !== 'removed').map(({ text }) => text);
  return above.join('\n').split(mark).length % 2 === 0;
}

function endsComment(text: string): boolean {
  return /\*\/|-->|"""|'''|^=end\b|^#endif\b/.test(text);
}

function proves(line: string): boolean {
  return opensTest(line) || strength(line) > 0;
}

/** What it catches is an assertion: on the line itself, or since the `try` that was added before it. */
function hidesFailure({ lines }: Hunk, at: number): boolean {
  const text = lines[at]?.text.trim() ?? '';
  if (!swallows(text)) return false;
  const start = lines.findLastIndex(({ text: line }, index) => index < at && /^\s*try\b/.test(line));
  const tried = start === -1 ? [] : lines.slice(start, at).filter(({ kind }) => kind !== 'removed');
  return proves(text) || tried.some(({ text: line }) => strength(line.trim()) > 0) || /^with /.test(text);
}

/** A line at the same depth comes after it: then nothing reaches that line. */
function isFollowed({ lines }: Hunk, at: number): boolean {
  const next = nextOf(lines, at);
  const text = next?.text.trim() ?? '';
  const isSameDepth = next !== undefined && depthOf(next) === depthOf(lines[at]);
  return (
    isSameDepth &&
    !/^(?:[)}\]]|case\b|default\b|end\b|else\b|elif\b|def |class |@)/.test(text) &&
    !opensTest(text)
  );
}

/** Whether the test that a line belongs to was there before: a new one that is skipped takes nothing away. */
function isOfEarlierTest({ lines }: Hunk, at: number): boolean {
  const text = lines[at]?.text.trim() ?? '';
  if (opensTest(text)) return isRewritten(lines, at) || opensEarlier(lines, at);
  const owner = isMark(text)
    ? lines.slice(at + 1).find((line) => line.kind !== 'removed' && !isMark(line.text.trim()))
    : lines.slice(0, at).findLast((line) => line.kind !== 'removed' && opensTest(line.text.trim()));
  return owner?.kind !== 'added';
}

/** `it('x'` became `it.skip('x'`: a removed line declares a test of the same name that ran. */
function isRewritten(lines: readonly DiffLine[], at: number): boolean {
  const name = nameIn(lines[at]?.text ?? '');
  return lines.some(({ kind, text }) => {
    const ran = kind === 'removed' && opensTest(text.trim()) && switchedOff(text.trim()) === null;
    return ran && (name === null || nameIn(text) === name);
  });
}

/** What follows the opening line was there before, and the line before it is not the one that this one replaces. */
function opensEarlier(lines: readonly DiffLine[], at: number): boolean {
  const next = nextOf(lines, at);
  const replaced = lines.slice(0, at).findLast((line) => line.kind !== 'added');
  const wasOff = replaced?.kind === 'removed' && switchedOff(replaced.text.trim()) !== null;
  return next?.kind === 'context' && !/^[)}\]];?/.test(next.text.trim()) && !wasOff;
}

function nextOf(lines: readonly DiffLine[], at: number): DiffLine | undefined {
  return lines.slice(at + 1).find((line) => line.kind !== 'removed' && line.text.trim() !== '');
}

function depthOf(line: DiffLine | undefined): number {
  return /^\s*/.exec(line?.text ?? '')?.[0].length ?? 0;
}

function nameIn(text: string): string | null {
  return /(["'`])(.*?)\1/.exec(text)?.[2] ?? null;
}
