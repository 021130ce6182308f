import { Failure } from '../domain/failure.ts';
import type { Git } from './git.ts';
import { ownRefs } from './private-git-dir.ts';
import { hasCommit, readCommit } from './read-commit.ts';
import type { Remote } from './remote.ts';

type Parts = { own: Git; remote: Remote | null };
type Push = { branch: string; head: string };

/** Makes the remote's branch our commit, in place of nothing or of our own earlier one; false without a remote. */
export async function pushBranch(
  { own, remote }: Parts,
  { branch, head }: Push,
  signal: AbortSignal,
): Promise<boolean> {
  if (remote === null) return false;
  const there = await remote.head(branch, signal);
  if (there === head) return true;
  if (there !== null) {
    if (!(await hasCommit(own, there))) await remote.fetch(branch, `${ownRefs}/pushed/${branch}`, signal);
    const foreign = await firstForeign(own, head, there);
    if (foreign !== null) {
      const what = `${foreign} is not a commit of this ticket`;
      throw new Failure('BRANCH_CONFLICT', `The branch ${branch} on the remote is somebody else's: ${what}.`);
    }
  }
  try {
    await remote.push({ commit: head, branch, expected: there }, signal);
  } catch (error) {
    // Sent twice below us, after an answer that was lost, a push that worked is refused the second time.
    if ((await remote.head(branch, signal).catch(() => null)) !== head) throw error;
  }
  return true;
}

/** Every commit that the push would take away must carry the key of the ticket whose branch this is. */
async function firstForeign(own: Git, head: string, there: string): Promise<string | null> {
  const { key } = await readCommit(own, head);
  const lost = await own.run([
    'rev-list',
    '--max-count=100',
    there,
    '--not',
    head,
    `--glob=${ownRefs}/base/*`,
  ]);
  for (const sha of lost.split('\n').filter((line) => line !== '')) {
    const commit = await readCommit(own, sha);
    if (commit.key === null || commit.key !== key) return sha;
  }
  return null;
}
