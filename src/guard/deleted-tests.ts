import { addedLines, removedLines, type FileDiff } from '../domain/read-diff.ts';
import { isTestFile } from '../domain/test-file.ts';
import type { Inspected } from './inspect-change.ts';
import { isDeclaration } from './test-lines.ts';

/** Where tests prove less than before, and what to do. */
export type Weakened = { path: string; line: number; reason: string };

/** Files of tests that are gone, or lie where no runner looks for them. */
export function findDeletedTests(
  { files }: Pick<Inspected, 'files'>,
  tests: readonly FileDiff[],
): Weakened[] {
  const gone = files.filter(({ status }) => status === 'deleted').map(({ path }) => path);
  const testsIn = (where: readonly FileDiff[]) =>
    where.flatMap(addedLines).filter(({ text }) => isDeclaration(text.trim())).length;
  const found = tests.filter(({ path }) => isTestFile(path));
  const newTests = { named: testsIn(found.filter(({ path }) => isNamed(path))), all: testsIn(found) };
  return files.flatMap(({ path, oldPath, status }) => {
    if (status === 'renamed' && oldPath !== undefined && isTestFile(oldPath) && !isFoundAs(oldPath, path))
      return [weakened(path, `this test was moved from ${oldPath} to where no runner looks; move it back`)];
    if (status !== 'deleted' || !isTestFile(path) || isFixture(path)) return [];
    const isMoved =
      (isNamed(path) ? newTests.named : newTests.all) >= countTests(tests.find((file) => file.path === path));
    if (isMoved || gone.some((other) => isTestedBy(other, path))) return [];
    return [weakened(path, 'this test is deleted; put it back, and mend the code instead')];
  });
}

/** Where runners look by names, a test needs one; elsewhere its folder is enough. */
function isFoundAs(before: string, after: string): boolean {
  return isTestFile(after) && (isNamed(after) || !isNamed(before));
}

function isNamed(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return (
    /[._-](?:tests?|spec)s?\.\w+$|^tests?[_.]/i.test(name) || /[A-Za-z0-9](?:Tests?|Spec)\.\w+$/.test(name)
  );
}

/** What tests work on, and what says how they run: neither is one. */
function isFixture(path: string): boolean {
  return /(?:^|\/)[\w-]*fixtures?\/|\.config\.\w+$/i.test(path) && !isNamed(path);
}

/** A file without any was there to help others, and counts as one. */
function countTests(file: FileDiff | undefined): number {
  const removed = file === undefined ? [] : removedLines(file);
  return removed.filter(({ text }) => isDeclaration(text.trim())).length || 1;
}

function isTestedBy(source: string, test: string): boolean {
  return !isTestFile(source) && stemOf(source) === stemOf(test);
}

function stemOf(path: string): string {
  return path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/\.[\w.]+$/, '')
    .replace(/^test_|[._-](?:test|spec)s?$|Tests?$/g, '')
    .toLowerCase();
}

function weakened(path: string, reason: string): Weakened {
  return { path, line: 0, reason };
}
