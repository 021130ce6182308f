import { Failure } from '../domain/failure.ts';
import { restoreTree, type CaptureParts } from './capture-tree.ts';

/**
 * Brings an earlier change, the commit `head`, into a fresh worktree of the base as it is now. Where both changed the
 * same lines, the files hold conflict markers.
 */
export async function startFrom(
  parts: CaptureParts,
  head: string,
  signal: AbortSignal,
): Promise<{ tree: string; conflicts: string[] }> {
  const merge = ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z'];
  const merged = await parts.contents.attempt([...merge, parts.base.sha, head], {}, signal);
  const [tree = '', ...names] = merged.stdout.split('\0').filter((part) => part !== '');
  if (merged.exitCode !== 0 && merged.exitCode !== 1)
    throw new Failure(
      'GIT_FAILED',
      `git merge-tree failed: ${merged.stderr.trim()} (git 2.38 or newer is needed)`,
    );
  await restoreTree(parts, tree, signal);
  return { tree, conflicts: [...new Set(names)] };
}
