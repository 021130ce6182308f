import { Failure, toFailure } from '../domain/failure.ts';
import { checkBranch, checkObject } from './check-names.ts';
import type { Git } from './git.ts';
import { ownRefs } from './private-git-dir.ts';
import { hasCommit, readCommit } from './read-commit.ts';
import type { Remote } from './remote.ts';

type Parts = { own: Git; remote: Remote | null };
type Push = { branch: string; head: string };

/**
 * Makes the remote's branch our commit, in place of nothing or of our own earlier one; false without a remote. Most
 * branches are new, so it is pushed as one at first: to git, a branch that is there already as it should be is no fault.
 */
export async function pushBranch(
  { own, remote }: Parts,
  { branch, head }: Push,
  signal: AbortSignal,
): Promise<boolean> {
  checkBranch(branch);
  checkObject(head);
  if (remote === null) return false;
  const refused = await tryPush(remote, { commit: head, branch, expected: null }, signal);
  if (refused === null) return true;
  const { error, there } = refused;
  if (there === null || toFailure(error).code !== 'BRANCH_CONFLICT') throw error;
  if (!(await hasCommit(own, there))) await remote.fetch(branch, `${ownRefs}/pushed/${branch}`, signal);
  const foreign = await firstForeign(own, head, there);
  if (foreign !== null) {
    const what = `${foreign} is not a commit of this ticket`;
    throw new Failure('BRANCH_CONFLICT', `The branch ${branch} on the remote is somebody else's: ${what}.`);
  }
  const again = await tryPush(remote, { commit: head, branch, expected: there }, signal);
  if (again !== null) throw again.error;
  return true;
}

/** Null when the remote has it, else why not and what is there instead (null: nothing, or nobody knows). */
async function tryPush(
  remote: Remote,
  order: { commit: string; branch: string; expected: string | null },
  signal: AbortSignal,
): Promise<{ error: unknown; there: string | null } | null> {
  try {
    await remote.push(order, signal);
    return null;
  } catch (error) {
    // Sent twice below us, after an answer that was lost, a push that worked is refused the second time.
    const there = await remote.head(order.branch, signal).catch(() => null);
    return there === order.commit ? null : { error, there };
  }
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
