import type { ChangedFile } from '../domain/change.ts';
import { addedLines, type FileDiff } from '../domain/read-diff.ts';
import type { Refusal } from '../ports.ts';
import type { Rule } from './inspect-change.ts';
import { isLockFile } from './lock-files.ts';

const mostFiles = 100;
/** Characters that a change may add to one file. */
const largestFile = 1024 * 1024;
/** Characters of one line, beyond which nobody reads to its end. */
const longestLine = 20_000;
/** Deleted files from which on their share counts; a small repository may lose one or two of its files. */
const manyDeleted = 3;

/** Refuses what no person will read: too many lines, too many files, one file or line that is a flood; and a clearing out. */
export function limitSize(maxDiffLines: number): Rule {
  return ({ files, diffs, baseFiles }) => [
    ...limitLines(files, maxDiffLines),
    ...limitFiles(files),
    ...diffs.flatMap((file) => [...limitFile(file), ...limitLine(file)]),
    ...limitDeletions(files, baseFiles),
  ];
}

function limitLines(files: readonly ChangedFile[], most: number): Refusal[] {
  const counted = files.filter((file) => !isLockFile(file.path));
  const lines = counted.reduce((sum, file) => sum + file.added + file.removed, 0);
  if (lines <= most) return [];
  const [largest] = [...counted].sort((a, b) => b.added + b.removed - (a.added + a.removed));
  const reason = `the change has ${lines} lines and ${most} are allowed; make only the change that was asked for`;
  return [{ code: 'GUARD_TOO_LARGE', path: largest?.path ?? '', line: 0, reason }];
}

function limitFiles(files: readonly ChangedFile[]): Refusal[] {
  if (files.length <= mostFiles) return [];
  const reason = `the change touches ${files.length} files and ${mostFiles} are allowed; take out what was not asked for`;
  return [{ code: 'GUARD_TOO_LARGE', path: files[mostFiles]?.path ?? '', line: 0, reason }];
}

function limitFile(file: FileDiff): Refusal[] {
  const size = addedLines(file).reduce((sum, line) => sum + line.text.length + 1, 0);
  if (size <= largestFile) return [];
  const reason = `the change adds ${(size / largestFile).toFixed(1)} MB to this file and 1 MB is allowed; leave it out`;
  return [{ code: 'GUARD_TOO_LARGE', path: file.path, line: 0, reason }];
}

function limitLine(file: FileDiff): Refusal[] {
  if (isLockFile(file.path)) return [];
  const long = addedLines(file).find((line) => line.text.length > longestLine);
  if (long === undefined) return [];
  const reason = `this line has ${long.text.length} characters and ${longestLine} are allowed; break it, or leave it out`;
  return [{ code: 'GUARD_TOO_LARGE', path: file.path, line: long.newLine, reason }];
}

function limitDeletions(files: readonly ChangedFile[], baseFiles: number): Refusal[] {
  const deleted = files.filter(({ status }) => status === 'deleted');
  const added = new Set(files.filter(({ status }) => status === 'added').map(({ path }) => stemOf(path)));
  const gone = deleted.filter(({ path }) => !added.has(stemOf(path)));
  if (gone.length < manyDeleted || gone.length <= baseFiles / 2) return [];
  const reason = `the change deletes ${gone.length} of ${baseFiles} files; delete only what was asked for`;
  return [{ code: 'GUARD_TOO_LARGE', path: gone[0]?.path ?? '', line: 0, reason }];
}

/** What a file is called wherever it is moved, and whatever it is translated to. */
function stemOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]+$/, '');
}
