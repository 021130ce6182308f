import ignore from 'ignore';
import type { Refusal } from '../ports.ts';
import type { Rule } from './inspect-change.ts';
import { hasManifest, isLockFile, manifestsOf } from './lock-files.ts';

/** Refuses files that act outside the change: what runs later, what guards the repository, what people keep by hand. */
export function protectPaths(patterns: readonly string[]): Rule {
  // Where names differ in case alone, some file systems see one file.
  const list = ignore({ ignorecase: true, allowRelativePaths: true }).add(patterns);
  const isProtected = (path: string) => list.ignores(path.replace(/^\/+/, '') || '/');
  return ({ files }) => {
    const changed = files.flatMap((file) => pathsOf(file));
    return changed.filter(isProtected).flatMap((path) => refuse(path, changed));
  };
}

function refuse(path: string, changed: readonly string[]): Refusal[] {
  if (!isLockFile(path)) {
    const reason = 'this path is protected; leave it as it is';
    return [{ code: 'GUARD_PROTECTED_PATH', path, line: 0, reason }];
  }
  if (hasManifest(path, changed)) return [];
  const reason = `this lock file changed without its manifest (${manifestsOf(path).join(', ')}); undo it, or change the dependency itself`;
  return [{ code: 'GUARD_LOCK_FILE', path, line: 0, reason }];
}

function pathsOf({ path, oldPath }: { path: string; oldPath?: string }): string[] {
  return oldPath === undefined || oldPath === path ? [path] : [oldPath, path];
}
