import { addedLines, removedLines, type DiffLine, type FileDiff, type Hunk } from '../domain/read-diff.ts';
import { isTestFile } from '../domain/test-file.ts';
import type { Weakened } from './deleted-tests.ts';
import type { Inspected } from './inspect-change.ts';
import {
  holdsTable,
  isCase,
  isComment,
  isDeclaration,
  isMark,
  opensOther,
  opensTest,
  raises,
  runsOverCases,
  strength,
  switchedOff,
} from './test-lines.ts';

/**
 * Assertions that were taken out or made lax. Counted over the whole change, because tests move; not counted are those
 * that speak of code which the change took out, and files that are gone as a whole, of which another rule speaks.
 */
export function findLostProof({ files, diffs }: Inspected, tests: readonly FileDiff[]): Weakened[] {
  const deleted = new Set(files.filter(({ status }) => status === 'deleted').map(({ path }) => path));
  const gone = goneNames(diffs.filter(({ path }) => !isTestFile(path)));
  const losses = tests
    .filter(({ path }) => !deleted.has(path))
    .flatMap((file) => file.hunks.map((hunk) => lossOf(file, hunk, gone)));
  if (losses.reduce((sum, { lost }) => sum + lost, 0) <= 0) return [];
  const [worst] = losses.toSorted((a, b) => b.lost - a.lost);
  if (worst === undefined) return [];
  const reason =
    'the tests prove less than before: assertions were taken out or made lax; put them back, and mend the code';
  return [{ path: worst.path, line: worst.line, reason }];
}

type Loss = { path: string; line: number; lost: number };

function lossOf({ path }: FileDiff, hunk: Hunk, gone: ReadonlySet<string>): Loss {
  const removed = hunk.lines.filter(({ kind }) => kind === 'removed');
  const now = running(hunk.lines);
  const raised = now.filter(({ text }) => raises(text.trim())).length;
  const lost = proofOf(removed) - proofOf(now) - raised - casesIn(hunk.lines);
  const isExplained = lost > 0 && removed.some(({ text }) => namesIn(text).some((name) => gone.has(name)));
  return { path, line: hunk.newStart, lost: isExplained ? 0 : lost };
}

function proofOf(lines: readonly DiffLine[]): number {
  const worth = lines.map(({ text }) => (isComment(text.trim()) ? 0 : strength(text.trim())));
  return worth.reduce<number>((sum, each) => sum + each, 0);
}

/** Added lines that are not part of a test that is switched off, or of what is in the place of a test and is none. */
function running(lines: readonly DiffLine[]): DiffLine[] {
  const isFewer = declarationsIn(lines, 'removed') > declarationsIn(lines, 'added');
  let offUntil: number | null = null;
  let isMarked = false;
  return lines.filter((line) => {
    const text = line.text.trim();
    if (text === '' || line.kind === 'removed') return false;
    const depth = line.text.length - line.text.trimStart().length;
    if (offUntil !== null && depth <= offUntil && !/^[)}\]]/.test(text)) offUntil = null;
    if (isMark(text)) isMarked ||= switchedOff(text) !== null;
    else {
      const isOff = opensTest(text) && switchedOff(text) !== null;
      const isNoTest = isFewer && line.kind === 'added' && opensOther(text);
      if (isMarked || isOff || isNoTest) offUntil ??= depth;
      isMarked = false;
    }
    return offUntil === null && line.kind === 'added';
  });
}

function declarationsIn(lines: readonly DiffLine[], kind: DiffLine['kind']): number {
  return lines.filter((line) => line.kind === kind && isDeclaration(line.text.trim())).length;
}

/** Rows of a table that a test runs over stand for the assertions it makes of each; less than 0: rows were taken out. */
function casesIn(lines: readonly DiffLine[]): number {
  const around = lines.filter(({ kind }) => kind !== 'removed').map(({ text }) => text.trim());
  if (!around.some(runsOverCases)) return 0;
  const count = (kind: DiffLine['kind']) =>
    lines.filter((line) => line.kind === kind && isCase(line.text.trim())).length;
  const more = count('added') - count('removed');
  if (more > 0) return more;
  const changed = lines.filter(({ kind, text }) => kind !== 'context' && text.trim() !== '');
  const onlyRows = changed.every(({ kind, text }) => kind === 'removed' && isCase(text.trim()));
  return onlyRows && around.some(holdsTable) ? more : 0;
}

/** What the code called by a name before and nowhere that we see now. */
function goneNames(sources: readonly FileDiff[]): ReadonlySet<string> {
  const still = new Set(
    sources.flatMap((file) => [
      ...addedLines(file).flatMap(({ text }) => namesIn(text)),
      ...file.hunks.flatMap((hunk) =>
        hunk.lines.filter(({ kind }) => kind === 'context').flatMap(({ text }) => namesIn(text)),
      ),
    ]),
  );
  const were = sources.flatMap((file) => removedLines(file).flatMap(({ text }) => namesIn(text)));
  return new Set(were.filter((name) => !still.has(name)));
}

/** Words long enough to be somebody's own. */
function namesIn(text: string): string[] {
  return text.match(/[A-Za-z_$][\w$]{5,}/g) ?? [];
}
