import { checkBranch, checkObject } from './check-names.ts';
import type { Git } from './git.ts';
import { readBranch } from './read-commit.ts';
import type { Remote } from './remote.ts';
import { deleteOurRef } from './update-ref.ts';

/** Removes our branch where it still is at `head`; one that is checked out, or went on, is somebody's. */
export async function removeBranch(
  { git, remote, commonDir }: { git: Git; remote: Remote | null; commonDir: string },
  { branch, head }: { branch: string; head: string },
): Promise<void> {
  checkBranch(branch);
  checkObject(head);
  const signal = new AbortController().signal;
  if (remote !== null && (await remote.head(branch, signal)) === head)
    await remote.remove(branch, head, signal);
  const here = await readBranch(git, branch);
  if (here?.sha === head && here.checkedOutAt === '')
    await deleteOurRef(git, commonDir, `refs/heads/${branch}`);
}
