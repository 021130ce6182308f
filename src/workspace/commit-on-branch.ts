import { Failure } from '../domain/failure.ts';
import type { CommitOrder } from '../ports.ts';
import { checkBranch, checkObject } from './check-names.ts';
import type { Git } from './git.ts';
import { readBranch, readCommit, ticketKey } from './read-commit.ts';
import { readSigning, type SigningOptions } from './signing.ts';
import { updateOurRef } from './update-ref.ts';

export type NewCommit = {
  tree: string;
  parents: readonly string[];
  message: string;
  /** Whatever the config says: for commits that no person sees. */
  unsigned?: boolean;
};
type Parts = { git: Git; own: Git; commonDir: string; write: (order: NewCommit) => Promise<string> };

/**
 * Puts one commit on our branch without any checkout. The branch of an earlier run of the same ticket is replaced;
 * anybody else's is not. The same order again returns the commit that is there.
 */
export async function commitOnBranch(
  { git, own, commonDir, write }: Parts,
  order: CommitOrder,
): Promise<string> {
  checkBranch(order.branch);
  [order.tree, order.parent].forEach(checkObject);
  const ref = `refs/heads/${order.branch}`;
  const existing = await readBranch(git, order.branch);
  if (existing !== null) {
    const commit = await readCommit(own, existing.sha);
    const same =
      commit.tree === order.tree &&
      commit.parents.join() === order.parent &&
      commit.message === order.message;
    if (same) return existing.sha;
    const ours =
      existing.sha === order.parent || (commit.key !== null && commit.key === ticketKey(order.message));
    if (!ours)
      throw new Failure(
        'BRANCH_CONFLICT',
        `The branch ${order.branch} exists and holds commits that are not ours.`,
      );
  }
  const checkedOutAt = existing?.checkedOutAt ?? '';
  if (checkedOutAt !== '')
    throw new Failure('BRANCH_CONFLICT', `The branch ${order.branch} is checked out at ${checkedOutAt}.`);
  const head = await write({ tree: order.tree, parents: [order.parent], message: order.message });
  await updateOurRef(git, commonDir, { ref, to: head, from: existing?.sha ?? '' });
  return head;
}

/** Writes a commit with our identity, whatever the user's configuration says; signed where that is asked for. */
export async function writeCommit(
  git: Git,
  order: NewCommit,
  { author, now, signing }: Identity,
): Promise<string> {
  const signs =
    signing === undefined || order.unsigned === true ? { config: [], env: {} } : await readSigning(signing);
  const date = `${Math.floor(now().getTime() / 1000)} +0000`;
  const env = {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
    GIT_COMMITTER_DATE: date,
  };
  const parents = order.parents.flatMap((parent) => ['-p', parent]);
  const config = signs.config.flatMap((entry) => ['-c', entry]);
  const sign = config.length > 0 ? ['-S'] : [];
  const written = await git.run([...config, 'commit-tree', ...sign, order.tree, ...parents, '-F', '-'], {
    input: order.message,
    env: { ...env, ...signs.env },
  });
  return written.trim();
}

export type Identity = {
  author: { name: string; email: string };
  now: () => Date;
  /** Absent: commits are not signed. */
  signing?: SigningOptions;
};
