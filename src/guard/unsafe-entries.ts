import type { ChangedFile } from '../domain/change.ts';
import type { FileDiff } from '../domain/read-diff.ts';
import type { Refusal } from '../ports.ts';
import type { Inspected } from './inspect-change.ts';
import { isBinary, isMedia } from './is-media.ts';

const symbolicLink = '120000';
const submodule = '160000';
const executable = '100755';

/** Refuses entries that could act outside the repository, on another system, or unseen by who reads the diff. */
export function findUnsafeEntries({ files, diffs, paths }: Inspected): Refusal[] {
  const shown = new Map(diffs.map((diff) => [diff.path, diff]));
  return [
    ...files.flatMap((file) =>
      [faultOfMode(file), faultOfPath(file), faultOfDiff(file, shown.get(file.path))]
        .filter((reason) => reason !== null)
        .map((reason) => refusal(file.path, reason)),
    ),
    ...diffs
      .filter((diff) => !files.some((file) => file.path === diff.path))
      .map((diff) => refusal(diff.path, 'the diff shows this file, but git does not list it as changed')),
    ...findTwins(files, paths),
  ];
}

function faultOfMode({ oldMode, newMode }: ChangedFile): string | null {
  if (newMode === symbolicLink) return 'this is a symbolic link; write a regular file';
  if (newMode === submodule) return 'this is a submodule; add no repository inside the repository';
  if (newMode === executable && oldMode !== executable)
    return 'this file became executable; leave its mode as it was';
  return null;
}

function faultOfPath({ path, status }: ChangedFile): string | null {
  if (status === 'deleted') return null;
  const parts = path.split('/');
  if (path === '' || parts.some((part) => part === '' || part === '.' || part === '..')) {
    return 'this path leads out of the repository; use a plain relative path';
  }
  if (parts.some(isGitDirectory)) return "this path lies in git's own directory; leave that alone";
  if (status === 'modified') return null;
  if (parts.some(isUnportable)) return 'this name cannot exist on every system; choose another one';
  return parts.some(isCommand)
    ? 'a shell would take this name for a command or an option; choose another one'
    : null;
}

/** What the reviewer cannot see is not published. Bare mode changes and empty files have no content to show. */
function faultOfDiff(file: ChangedFile, diff: FileDiff | undefined): string | null {
  if (diff === undefined) return 'the diff does not show this file';
  const unseen = diff.binary || (file.added + file.removed > 0 && diff.hunks.length === 0);
  if (unseen) return 'the diff does not show the content of this file; add no binary files';
  return isBinary(diff) && !isMedia(diff)
    ? 'this is no text, and no picture or sound; add no binary files'
    : null;
}

/** Also as a file system sees it that ignores case, invisible characters, or keeps short names. */
function isGitDirectory(part: string): boolean {
  const seen = part
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/[. ]+$|:.*$/g, '')
    .toLowerCase();
  return seen === '.git' || /^git~\d+$/.test(seen);
}

function isUnportable(part: string): boolean {
  return (
    /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i.test(part) ||
    /[<>:"\\|?*\p{Cc}]|[. ]$/u.test(part)
  );
}

/** `$(curl x)`, `-rf`, `--eval=x`: harmless until a script runs over the files of a folder. */
function isCommand(part: string): boolean {
  return /^-|[`;]|\$\(/.test(part);
}

/** Two files whose names differ in case alone are one file for half of the people who check them out. */
function findTwins(files: readonly ChangedFile[], paths: readonly string[]): Refusal[] {
  const fold = (path: string) => path.normalize('NFC').toLowerCase();
  const added = files.filter(({ status }) => status === 'added' || status === 'renamed');
  if (added.length === 0) return [];
  const names = Map.groupBy(new Set([...paths, ...added.map(({ path }) => path)]), fold);
  return added.flatMap(({ path }) => {
    const twin = names.get(fold(path))?.find((other) => other !== path);
    return twin === undefined
      ? []
      : [refusal(path, `this name differs from ${twin} only in case; choose another one`)];
  });
}

function refusal(path: string, reason: string): Refusal {
  return { code: 'GUARD_UNSAFE_ENTRY', path, line: 0, reason };
}
