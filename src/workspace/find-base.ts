import { isSafeRef } from '../domain/branch.ts';
import type { Base } from '../domain/change.ts';
import { Failure } from '../domain/failure.ts';
import type { Git } from './git.ts';
import { ownRefs } from './private-git-dir.ts';
import { hasCommit, refSha } from './read-commit.ts';
import type { Remote } from './remote.ts';
import type { Turns } from './take-turns.ts';
import { updateOurRef } from './update-ref.ts';

type Source = {
  /** The user's git directory, and our own one over the same objects. */
  git: Git;
  own: Git;
  commonDir: string;
  remote: Remote | null;
  turns: Turns;
  options: {
    /** Name of the remote in the checkout's configuration. */
    remote: string;
    baseBranch: string | null;
  };
};

export type FindBase = (asked: string | null, signal: AbortSignal) => Promise<Base>;

/**
 * Finds the branch to start from, null for the base branch, and brings its commit here without touching any ref of the
 * user. Throws `GIT_BASE_MISSING` for a branch that was asked for and is not there, `GIT_NO_BASE` where none is named.
 */
export function findBase(source: Source): FindBase {
  // What was brought once has a ref that keeps it here.
  const brought = new Map<string, string>();
  return async (asked, signal) => {
    const base = await locate(source, asked, signal);
    const { remote, turns } = source;
    if (remote === null || brought.get(base.branch) === base.sha) return base;
    const sha = await turns(() => bring({ ...source, remote }, base, signal));
    brought.set(base.branch, sha);
    return { ...base, sha };
  };
}

export function isSameBase(one: Base, other: Base): boolean {
  return one.sha === other.sha && one.branch === other.branch;
}

async function locate(
  { git, remote, options }: Source,
  asked: string | null,
  signal: AbortSignal,
): Promise<Base> {
  const named = asked ?? options.baseBranch;
  const usual = named === null && remote !== null ? await remote.defaultBranch(signal) : null;
  if (usual !== null && isSafeRef(usual.branch)) return usual;
  const headOf = (branch: string): Promise<string | null> =>
    remote === null ? refSha(git, `refs/heads/${branch}`) : remote.source(branch, signal);
  const branch = named ?? usual?.branch ?? (await currentBranch(git)) ?? (await usualBranch(headOf));
  const sha = isSafeRef(branch) ? await headOf(branch) : null;
  if (sha !== null) return { branch, sha };
  const where = remote === null ? 'There is' : `The remote ${options.remote} has`;
  const missing = `${where} no commit on a branch ${JSON.stringify(branch)}.`;
  // What a ticket asks for is its own fault; a repository without a commit is none of it.
  throw new Failure(asked === null ? 'GIT_NO_BASE' : 'GIT_BASE_MISSING', missing);
}

/** The branch may have moved since it was listed, so what was fetched counts. */
async function bring(
  { git, own, commonDir, remote, options }: Source & { remote: Remote },
  { branch, sha }: Base,
  signal: AbortSignal,
): Promise<string> {
  const ref = `${ownRefs}/base/${branch}`;
  let here = sha;
  if (await hasCommit(own, sha)) await own.run(['update-ref', ref, sha]);
  else {
    const known = await refSha(git, `refs/remotes/${options.remote}/${branch}`);
    // Without refs of its own our git directory would ask for the whole history.
    if (known !== null) await own.run(['update-ref', `${ownRefs}/known/${branch}`, known]);
    await remote.fetch(branch, ref, signal);
    here = (await refSha(own, ref)) ?? sha;
  }
  // A ref in the user's repository keeps its garbage collection away from what we build on.
  await updateOurRef(git, commonDir, { ref, to: here });
  return here;
}

async function currentBranch(git: Git): Promise<string | null> {
  const head = await git.attempt(['symbolic-ref', '-q', '--short', 'HEAD']);
  return head.exitCode === 0 ? head.stdout.trim() : null;
}

/** Where nothing names a branch, as with a detached HEAD and a remote whose own HEAD names none. */
async function usualBranch(headOf: (branch: string) => Promise<string | null>): Promise<string> {
  return (await headOf('main')) === null && (await headOf('master')) !== null ? 'master' : 'main';
}
