import type { Git } from './git.ts';
import { refSha } from './read-commit.ts';
import type { Remote } from './remote.ts';
import { deleteOurRef } from './update-ref.ts';

/** Removes our branch where it still is at `head`; one that is checked out, or went on, is somebody's. */
export async function removeBranch(
  { git, remote, commonDir }: { git: Git; remote: Remote | null; commonDir: string },
  { branch, head }: { branch: string; head: string },
): Promise<void> {
  const signal = new AbortController().signal;
  if (remote !== null && (await remote.head(branch, signal)) === head)
    await remote.remove(branch, head, signal);
  const ref = `refs/heads/${branch}`;
  if ((await refSha(git, ref)) !== head) return;
  const checkedOut = (await git.read('for-each-ref', '--format=%(worktreepath)', ref)).trim();
  if (checkedOut === '') await deleteOurRef(git, commonDir, ref);
}
