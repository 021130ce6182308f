import { indexFiles, resolveExisting } from './edit-path.ts';
import { nearestPaths } from './nearest-region.ts';
import { checkPath } from '../files/safe-path.ts';

export type FoundPath = { ok: true; path: string } | { ok: false; problem: string };

/** The existing file that a model means, or why there is none, with the paths that resemble it. */
export function findExisting(given: string, files: readonly string[], directory: string): FoundPath {
  const checked = checkPath(withinRoot(given, directory));
  if (!checked.ok)
    return { ok: false, problem: `"${given}": ${checked.reason}. Give a path as list shows it.` };
  const path = resolveExisting(checked.path, indexFiles(files));
  if (files.includes(path)) return { ok: true, path };
  const near = nearestPaths(path, files);
  const hint = near.length === 0 ? 'Use list to see what there is.' : `Did you mean ${near.join(' or ')}?`;
  return { ok: false, problem: `There is no file "${path}". ${hint}` };
}

/** The path of a file that may be new, exactly as given. */
export function findWritable(given: string, directory: string): FoundPath {
  const checked = checkPath(withinRoot(given, directory));
  if (checked.ok) return checked;
  return {
    ok: false,
    problem: `"${given}": ${checked.reason}. Give a path relative to the root, such as src/a.ts.`,
  };
}

/** A folder below the root; empty for the root itself. */
export function findFolder(given: string, directory: string): FoundPath {
  const inside = withinRoot(given, directory).replace(/^(?:\.\/)+|\/{1,8}$/g, '');
  if (inside === '' || inside === '.') return { ok: true, path: '' };
  return findWritable(inside, directory);
}

/** A model that asked where it is gives absolute paths from then on. */
function withinRoot(given: string, directory: string): string {
  const path = given.trim();
  if (path === directory || path === '/') return '.';
  return path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : path;
}
