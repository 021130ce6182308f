import { Failure } from '../domain/failure.ts';
import type { CommitOrder } from '../ports.ts';
import { checkBranch, checkObject } from './check-names.ts';
import type { Git } from './git.ts';
import type { Branch } from './read-commit.ts';
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
  const head = await write({ tree: order.tree, parents: [order.parent], message: order.message });
  // Most branches are new, so it is made as one; only where there is one already it is looked at.
  const refused = await updateOurRef(git, commonDir, { ref, to: head, from: '' }).then(
    () => null,
    (error: unknown) => ({ error }),
  );
  if (refused === null) return head;
  const existing = await readBranch(git, order.branch);
  if (existing === null) throw refused.error;
  if (await isThere(own, existing, order)) return existing.sha;
  await updateOurRef(git, commonDir, { ref, to: head, from: existing.sha });
  return head;
}

/** Whether the branch holds this very commit. Throws `BRANCH_CONFLICT` where it may not be replaced. */
async function isThere(own: Git, { sha, checkedOutAt }: Branch, order: CommitOrder): Promise<boolean> {
  const { branch, tree, parent, message } = order;
  const commit = await readCommit(own, sha);
  if (commit.tree === tree && commit.parents.join() === parent && commit.message === message) return true;
  const ours = sha === parent || (commit.key !== null && commit.key === ticketKey(message));
  if (!ours)
    throw new Failure('BRANCH_CONFLICT', `The branch ${branch} exists and holds commits that are not ours.`);
  if (checkedOutAt !== '')
    throw new Failure('BRANCH_CONFLICT', `The branch ${branch} is checked out at ${checkedOutAt}.`);
  return false;
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
