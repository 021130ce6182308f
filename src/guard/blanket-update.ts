import { addedLines, removedLines, type DiffLine, type FileDiff } from '../domain/read-diff.ts';
import { isSnapshot } from '../domain/test-file.ts';
import type { Weakened } from './deleted-tests.ts';

/** Files of recorded results that may follow one change of the code. */
const mostSnapshots = 5;

/** Snapshots may follow the code; many at once, fewer results, or results without code, is a test made to pass. */
export function findBlanketUpdate(diffs: readonly FileDiff[]): Weakened[] {
  const updated = diffs.filter(
    (file) => isSnapshot(file.path) && file.oldPath !== null && removedLines(file).length > 0,
  );
  const [first] = updated;
  const reason = faultOf(updated, diffs);
  return first === undefined || reason === null
    ? []
    : [{ path: first.path, line: first.hunks[0]?.newStart ?? 0, reason }];
}

function faultOf(updated: readonly FileDiff[], diffs: readonly FileDiff[]): string | null {
  if (diffs.every(({ path }) => isSnapshot(path)))
    return 'recorded results change and no code does; put them back';
  const lost =
    updated.flatMap(removedLines).filter(isEntry).length - updated.flatMap(addedLines).filter(isEntry).length;
  if (lost > 0 && !diffs.some((file) => !isSnapshot(file.path) && removesTests(file)))
    return `${lost} recorded ${lost === 1 ? 'result is' : 'results are'} dropped and no test is; put them back`;
  if (updated.length <= mostSnapshots) return null;
  return `${updated.length} files of recorded results are rewritten at once; change only those that the ticket is about`;
}

function isEntry({ text }: DiffLine): boolean {
  return /^exports\[|^# name:/.test(text);
}

/** Of a test that goes, or is renamed, the results go too. */
function removesTests(file: FileDiff): boolean {
  return removedLines(file).some(
    ({ text }) => /toMatchSnapshot|snapshot/i.test(text) || /^\s*(?:it|test|def test)/.test(text),
  );
}
