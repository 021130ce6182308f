import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isSafeRef } from '../domain/branch.ts';
import type { Base } from '../domain/change.ts';
import { Failure } from '../domain/failure.ts';
import type { Repository } from '../ports.ts';
import { commitOnBranch, writeCommit, type NewCommit } from './commit-on-branch.ts';
import { createGit, type Git } from './git.ts';
import { locateRepository, type RepositoryPlace } from './locate-repository.ts';
import { makePrivateGitDir, ownRefs } from './private-git-dir.ts';
import { pushBranch } from './push-branch.ts';
import { hasCommit, refSha } from './read-commit.ts';
import { createRemote, type Remote } from './remote.ts';
import type { SigningOptions } from './signing.ts';
import { removeBranch } from './remove-branch.ts';
import { takeTurns, type Turns } from './take-turns.ts';
import { updateOurRef } from './update-ref.ts';
import { withoutDrivers } from './without-drivers.ts';

export type RepositoryOptions = {
  /** PATH for git. */
  path: string;
  /** Where we keep our own git directory, outside the reach of agents. */
  stateDirectory: string;
  /** Name of the remote in the checkout's configuration. */
  remote: string;
  baseBranch: string | null;
  author: { name: string; email: string };
  pushRetries: number;
  pushRetryDelay: number;
  /** What git may know when it speaks to the remote: `SSH_AUTH_SOCK`, proxies. */
  remoteEnv: Readonly<Record<string, string>>;
  /** Token for an https remote, asked before every call; null when there is none for this address. */
  token: (url: URL) => Promise<string | null>;
  /** Whose key signs commits; absent: they are not signed. */
  signing?: SigningOptions;
  now: () => Date;
};

/** A repository and what its parts are made of; the story sees only `Repository` of it. */
export type OpenedRepository = Repository & {
  place: RepositoryPlace;
  remoteUrl: string | null;
  remote: Remote | null;
  /** The user's git directory: refs and worktrees. */
  git: Git;
  /** Our own one over the same objects: contents and the network. */
  own: Git;
  /** One at a time for what locks the repository. */
  turns: Turns;
  /** A branch to start from, brought here without touching any ref of the user; null for the base branch. */
  base(branch: string | null, signal: AbortSignal): Promise<Base>;
  /** Writes a commit object with our identity. */
  writeCommit(order: NewCommit): Promise<string>;
};

export async function openRepository(root: string, options: RepositoryOptions): Promise<OpenedRepository> {
  const place = await locateRepository(root);
  const home = join(options.stateDirectory, 'empty-home');
  await mkdir(home, { recursive: true, mode: 0o700 });
  const around = { path: options.path, home };
  const bare = createGit({ gitDir: place.gitDir }, around);
  const git = createGit({ gitDir: place.gitDir }, { ...around, config: await withoutDrivers(bare) });
  const privateDir = await makePrivateGitDir(join(options.stateDirectory, 'git'));
  const own = createGit({ gitDir: privateDir, objects: join(place.commonDir, 'objects') }, around);
  const urls = await remoteUrls(bare, options.remote);
  const remote = urls && createRemote(own, { ...urls, ...remoteOptions(options, place) });
  const turns = takeTurns();
  const parts = { git, own, remote, options, commonDir: place.commonDir };
  const write: OpenedRepository['writeCommit'] = (order) => writeCommit(own, order, options);
  return {
    place,
    remoteUrl: urls?.fetchUrl ?? null,
    remote,
    git,
    own,
    turns,
    base: (branch, signal) => turns(() => findBase(parts, branch, signal)),
    writeCommit: write,
    commit: (order) => turns(() => commitOnBranch({ git, own, commonDir: place.commonDir, write }, order)),
    push: (branch, head, signal) => turns(() => pushBranch({ own, remote }, { branch, head }, signal)),
    removeBranch: (branch, head) =>
      turns(() => removeBranch({ git, remote, commonDir: place.commonDir }, { branch, head })),
    diff: (from, to) =>
      own.run([
        'diff',
        '--no-ext-diff',
        '--no-textconv',
        '--text',
        '--find-renames',
        '--full-index',
        from,
        to,
        '--',
      ]),
  };
}

type Parts = { git: Git; own: Git; remote: Remote | null; options: RepositoryOptions; commonDir: string };

function remoteOptions(options: RepositoryOptions, place: RepositoryPlace) {
  return {
    workTree: place.workTree,
    token: options.token,
    env: options.remoteEnv,
    retries: options.pushRetries,
    retryDelayMs: options.pushRetryDelay,
  };
}

async function remoteUrls(git: Git, name: string): Promise<{ fetchUrl: string; pushUrl: string } | null> {
  const configured = await git.attempt(['config', '--get', `remote.${name}.url`]);
  if (configured.exitCode !== 0) return null;
  // Credentials in a URL are read here, to be taken out of it.
  const ask = ['-c', 'transfer.credentialsInUrl=allow', 'remote', 'get-url'];
  const fetchUrl = await git.run([...ask, '--', name]);
  const pushUrl = await git.run([...ask, '--push', '--', name]);
  return { fetchUrl: fetchUrl.trim(), pushUrl: pushUrl.trim() };
}

async function findBase(
  { git, own, remote, options, commonDir }: Parts,
  asked: string | null,
  signal: AbortSignal,
): Promise<Base> {
  const heads = (branch: string) =>
    remote === null ? refSha(git, `refs/heads/${branch}`) : remote.head(branch, signal);
  const named =
    asked ?? options.baseBranch ?? (await remote?.defaultBranch(signal)) ?? (await currentBranch(git));
  const branch = named ?? (await usualBranch(heads));
  const sha = isSafeRef(branch) ? await heads(branch) : null;
  if (sha === null) {
    const where = remote === null ? 'There is' : `The remote ${options.remote} has`;
    const missing = `${where} no commit on a branch ${JSON.stringify(branch)}.`;
    // What a ticket asks for is its own fault; a repository without a commit is none of it.
    throw new Failure(asked === null ? 'GIT_NO_BASE' : 'GIT_BASE_MISSING', missing);
  }
  if (remote === null) return { branch, sha };
  const ref = `${ownRefs}/base/${branch}`;
  const known = await refSha(git, `refs/remotes/${options.remote}/${branch}`);
  // Without refs of its own our git directory would ask for the whole history.
  if (known !== null) await own.run(['update-ref', `${ownRefs}/known/${branch}`, known]);
  const fetched = await bring(own, remote, { branch, sha, ref }, signal);
  // A ref in the user's repository keeps its garbage collection away from what we build on.
  await updateOurRef(git, commonDir, { ref, to: fetched });
  return { branch, sha: fetched };
}

/** The branch may have moved since it was listed, so what was fetched counts. */
async function bring(
  own: Git,
  remote: Remote,
  { branch, sha, ref }: { branch: string; sha: string; ref: string },
  signal: AbortSignal,
): Promise<string> {
  if (await hasCommit(own, sha)) {
    await own.run(['update-ref', ref, sha]);
    return sha;
  }
  await remote.fetch(branch, ref, signal);
  return (await refSha(own, ref)) ?? sha;
}

async function currentBranch(git: Git): Promise<string | null> {
  const head = await git.attempt(['symbolic-ref', '-q', '--short', 'HEAD']);
  return head.exitCode === 0 ? head.stdout.trim() : null;
}

/** Where nothing names a branch, as with a detached HEAD and a remote whose own HEAD names none. */
async function usualBranch(heads: (branch: string) => Promise<string | null>): Promise<string> {
  return (await heads('main')) === null && (await heads('master')) !== null ? 'master' : 'main';
}
