import { Failure } from '../domain/failure.ts';
import type { Git } from './git.ts';
import { readBranch, refSha } from './read-commit.ts';
import type { OpenedRepository } from './repository.ts';

export type MergeOrder = { branch: string; head: string; base: string; message: string };

/**
 * Merges a commit into the base branch, by fast-forward or a merge commit, without a checkout. With a remote its base
 * branch is what is merged into, and the local one follows where it can; without one the local branch is. A checkout of
 * the base branch follows when it is clean; paths below `ownPaths`, which we change ourselves, do not count as dirty.
 * Throws `MERGE_REFUSED` with the reason. The same again returns the commit that holds the merge.
 */
export async function mergeBranch(
  repository: OpenedRepository,
  order: MergeOrder,
  ownPaths: readonly string[],
  signal: AbortSignal,
): Promise<{ sha: string }> {
  const base = await repository.base(order.base, signal);
  const sha = await mergedCommit(repository, base.sha, order);
  if (sha === base.sha) return { sha };
  const { remote, turns, git } = repository;
  const local = await refSha(git, `refs/heads/${order.base}`);
  if (remote === null) {
    await turns(() => moveBranch(repository, { branch: order.base, from: base.sha, to: sha }, ownPaths));
    return { sha };
  }
  await turns(() => remote.push({ commit: sha, branch: order.base }, signal)).catch((error: unknown) => {
    if (!(error instanceof Failure) || error.code !== 'BRANCH_CONFLICT') throw error;
    throw refused(`${order.base} moved on the remote meanwhile; try again`);
  });
  // The merge has happened; a local branch that cannot follow is left to the user's next pull.
  if (local !== null && (await isAncestor(git, local, sha))) {
    await turns(() => moveBranch(repository, { branch: order.base, from: local, to: sha }, ownPaths)).catch(
      (error: unknown) => {
        if (!(error instanceof Failure)) throw error;
      },
    );
  }
  return { sha };
}

async function mergedCommit(repository: OpenedRepository, base: string, order: MergeOrder): Promise<string> {
  const { own } = repository;
  if (await isAncestor(own, order.head, base)) return base;
  if (await isAncestor(own, base, order.head)) return order.head;
  const merged = await own.attempt([
    'merge-tree',
    '--write-tree',
    '--name-only',
    '--no-messages',
    '-z',
    base,
    order.head,
  ]);
  const [tree = '', ...conflicts] = merged.stdout.split('\0').filter((part) => part !== '');
  if (merged.exitCode === 1)
    throw refused(`${order.branch} conflicts with ${order.base} in ${conflicts.join(', ')}`);
  if (merged.exitCode !== 0)
    throw refused(`git merge-tree failed: ${merged.stderr.trim()} (git 2.38 or newer is needed)`);
  return repository.writeCommit({ tree, parents: [base, order.head], message: order.message });
}

async function isAncestor(git: Git, older: string, newer: string): Promise<boolean> {
  return (await git.attempt(['merge-base', '--is-ancestor', older, newer])).exitCode === 0;
}

type Move = { branch: string; from: string; to: string };

async function moveBranch(
  repository: OpenedRepository,
  move: Move,
  ownPaths: readonly string[],
): Promise<void> {
  const { git, place } = repository;
  const ref = `refs/heads/${move.branch}`;
  const checkedOut = (await readBranch(git, move.branch))?.checkedOutAt ?? '';
  if (checkedOut !== '' && checkedOut !== place.workTree) {
    throw refused(`${move.branch} is checked out at ${checkedOut}`);
  }
  if (checkedOut !== '') await updateCheckout(git.at({ workTree: place.workTree }), move, ownPaths);
  await git.run(['update-ref', '-m', 'ticketmill: merge', ref, move.to, move.from]);
}

/** A two-tree read: files that both commits share stay as they are, and an untracked file in the way refuses it. */
async function updateCheckout(git: Git, move: Move, ownPaths: readonly string[]): Promise<void> {
  const excluded = ownPaths.map((path) => `:(exclude,top)${path}`);
  const status = await git.read(
    'status',
    '--porcelain',
    '-z',
    '--untracked-files=no',
    '--no-renames',
    '--',
    ':/',
    ...excluded,
  );
  const dirty = status
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => entry.slice(3));
  if (dirty.length > 0)
    throw refused(`the checkout of ${move.branch} has uncommitted changes in ${dirty.join(', ')}`);
  await git.run(['update-index', '-q', '--refresh']).catch(() => '');
  const read = await git.attempt(['read-tree', '-m', '-u', move.from, move.to]);
  if (read.exitCode !== 0) throw refused(read.stderr.trim().replace(/\s+/g, ' '));
}

function refused(reason: string): Failure {
  return new Failure('MERGE_REFUSED', `Not merged: ${reason}.`);
}
