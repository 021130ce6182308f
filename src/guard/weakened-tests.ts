import { isSnapshot, isTestFile } from '../domain/test-file.ts';
import { addedLines, removedLines, type DiffLine, type FileDiff, type Hunk } from '../domain/read-diff.ts';
import type { Refusal } from '../ports.ts';
import type { Inspected } from './inspect-change.ts';
import {
  endsEarly,
  exitsRun,
  isComment,
  isDeclaration,
  opensTest,
  strength,
  switchedOff,
} from './test-lines.ts';

/**
 * Tests that prove less after the change than before it: deleted, skipped, focused, with fewer or laxer assertions, ended
 * early. What a test was moved to counts, in whatever file.
 */
export function findWeakenedTests(change: Inspected): Refusal[] {
  const tests = change.diffs.filter(({ path, oldPath }) => isTestFile(path) || isTestFile(oldPath ?? path));
  return [...findDeleted(change, tests), ...tests.flatMap(findSwitches), ...findLosses(change, tests)];
}

/** A test may go with what it tested. */
function findDeleted({ files }: Inspected, tests: readonly FileDiff[]): Refusal[] {
  const gone = files.filter(({ status }) => status === 'deleted').map(({ path }) => path);
  const added = tests
    .flatMap((file) => addedLines(file))
    .filter(({ text }) => isDeclaration(text.trim())).length;
  return files.flatMap(({ path, oldPath, status }) => {
    if (status === 'renamed' && oldPath !== undefined && isTestFile(oldPath) && !isTestFile(path))
      return [
        refusal(path, 0, `this test was moved from ${oldPath} to where no test is looked for; move it back`),
      ];
    if (status !== 'deleted' || !isTestFile(path)) return [];
    const had = declarationsIn(tests.find((file) => file.path === path));
    const isMoved = added >= had;
    if (isMoved || gone.some((other) => isTestedBy(other, path))) return [];
    return [refusal(path, 0, 'this test is deleted; put it back, and mend the code instead')];
  });
}

function declarationsIn(file: FileDiff | undefined): number {
  return file === undefined
    ? 0
    : removedLines(file).filter(({ text }) => isDeclaration(text.trim())).length || 1;
}

function isTestedBy(source: string, test: string): boolean {
  if (isTestFile(source)) return false;
  const stem = (path: string) =>
    path
      .slice(path.lastIndexOf('/') + 1)
      .replace(/\.[\w.]+$/, '')
      .replace(/^test_|[._-](?:test|spec)s?$|Tests?$/g, '')
      .toLowerCase();
  return stem(source) === stem(test);
}

function findSwitches(file: FileDiff): Refusal[] {
  if (!isTestFile(file.path)) return [];
  const wereThere = new Set(removedLines(file).map(({ text }) => text.trim()));
  return file.hunks.flatMap((hunk) =>
    hunk.lines.flatMap((line, at) => {
      const text = line.text.trim();
      if (line.kind !== 'added' || isComment(text) || wereThere.has(text)) return [];
      const reason = faultOf(text, hunk, at);
      return reason === null ? [] : [refusal(file.path, line.newLine, reason)];
    }),
  );
}

function faultOf(text: string, hunk: Hunk, at: number): string | null {
  const kind = switchedOff(text);
  if (kind === 'only') return 'this runs one test and leaves out all others; take the focus away';
  if (exitsRun(text)) return 'this ends the run of the tests; take it out';
  if (kind === null)
    return endsEarly(text) && isOfEarlierTest(hunk, at) ? 'this ends a test early; take it out' : null;
  return isOfEarlierTest(hunk, at) ? 'this keeps a test from running; let it run, and mend the code' : null;
}

/** Whether the test that a line belongs to was there before: a new one that is skipped takes nothing away. */
function isOfEarlierTest({ lines }: Hunk, at: number): boolean {
  const text = lines[at]?.text.trim() ?? '';
  if (opensTest(text)) return isRewritten(lines, at) || opensEarlier(lines, at);
  const isMark = /^(?:@|#\[|\[)/.test(text);
  const owner = isMark
    ? lines.slice(at + 1).find((line) => line.kind !== 'removed' && !/^(?:@|#\[|\[)/.test(line.text.trim()))
    : lines.slice(0, at).findLast((line) => line.kind !== 'removed' && opensTest(line.text.trim()));
  return owner?.kind !== 'added';
}

/** `it('x'` became `it.skip('x'`: a removed line declares a test of the same name. */
function isRewritten(lines: readonly DiffLine[], at: number): boolean {
  const name = nameIn(lines[at]?.text ?? '');
  return lines.some(
    (line) =>
      line.kind === 'removed' && opensTest(line.text.trim()) && (name === null || nameIn(line.text) === name),
  );
}

/** What follows the opening line was there before. */
function opensEarlier(lines: readonly DiffLine[], at: number): boolean {
  const next = lines.slice(at + 1).find((line) => line.kind !== 'removed' && line.text.trim() !== '');
  return next?.kind === 'context' && !/^[)}\]];?/.test(next.text.trim());
}

function nameIn(text: string): string | null {
  return /(["'`])(.*?)\1/.exec(text)?.[2] ?? null;
}

/** Counted over the whole change, because tests move. Those that went with the code they tested are not counted. */
function findLosses({ files, diffs }: Inspected, tests: readonly FileDiff[]): Refusal[] {
  const gone = new Set(files.filter(({ status }) => status === 'deleted').map(({ path }) => path));
  const counted = tests.filter((file) => !gone.has(file.path) || !isTestFile(file.path));
  const snapshots = diffs.filter(({ path }) => isSnapshot(path));
  const proofs = counted.map((file) => ({ file, ...lossOf(file) }));
  const proof = sum(proofs.map(({ lost }) => lost));
  const worst = proofs.toSorted((a, b) => b.lost - a.lost)[0];
  const losses: Refusal[] = [];
  if (proof > 0 && worst !== undefined)
    losses.push(
      refusal(
        worst.file.path,
        worst.line,
        'the tests prove less than before: assertions were taken out or made lax; put them back, and mend the code',
      ),
    );
  return [...losses, ...findBlanketUpdate(snapshots, diffs)];
}

/** How much proof a file lost, and the line where the first of it stood, on our side. */
function lossOf(file: FileDiff): { lost: number; line: number } {
  const worth = ({ text }: DiffLine) => (isComment(text.trim()) ? 0 : strength(text.trim()));
  const lost = sum(removedLines(file).map(worth)) - sum(addedLines(file).map(worth));
  const hunk = file.hunks.find(({ lines }) =>
    lines.some((line) => line.kind === 'removed' && worth(line) > 0),
  );
  return { lost, line: hunk?.newStart ?? 0 };
}

const mostSnapshots = 5;

/** Snapshots may follow a change of the code; many at once, fewer of them, or none of the code, is a test made to pass. */
function findBlanketUpdate(snapshots: readonly FileDiff[], diffs: readonly FileDiff[]): Refusal[] {
  const updated = snapshots.filter((file) => file.oldPath !== null && removedLines(file).length > 0);
  const [first] = updated;
  if (first === undefined) return [];
  const entries = (lines: DiffLine[]) => lines.filter(({ text }) => /^exports\[|^# name:/.test(text)).length;
  const lost = sum(updated.map((file) => entries(removedLines(file)) - entries(addedLines(file))));
  const isAlone = diffs.every(({ path }) => isSnapshot(path));
  if (!isAlone && lost <= 0 && updated.length <= mostSnapshots) return [];
  const reason = isAlone
    ? 'snapshots change and no code does; put them back'
    : lost > 0
      ? `${lost} recorded ${lost === 1 ? 'result is' : 'results are'} dropped; put them back`
      : `${updated.length} files of recorded results are rewritten at once; change only those that the ticket is about`;
  return [refusal(first.path, first.hunks[0]?.newStart ?? 0, reason)];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function refusal(path: string, line: number, reason: string): Refusal {
  return { code: 'GUARD_WEAKENED_TEST', path, line, reason };
}
