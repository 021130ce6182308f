import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Repository } from '../ports.ts';
import { attributesOf, type AttributesFile } from './base-attributes.ts';
import { checkObject } from './check-names.ts';
import { commitOnBranch, writeCommit, type NewCommit } from './commit-on-branch.ts';
import { findBase, type FindBase } from './find-base.ts';
import type { RunCommand } from './command.ts';
import { readSettings } from './git-settings.ts';
import { createGit, type Git } from './git.ts';
import { locateRepository, type RepositoryPlace } from './locate-repository.ts';
import { makePrivateGitDir } from './private-git-dir.ts';
import { pushBranch } from './push-branch.ts';
import { rememberLast } from './remember-last.ts';
import { createRemote, type Remote } from './remote.ts';
import { remoteUrls } from './remote-urls.ts';
import type { SigningOptions } from './signing.ts';
import { removeBranch } from './remove-branch.ts';
import { takeTurns, type Turns } from './take-turns.ts';
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
  /** What starts git; absent: this process. */
  run?: RunCommand;
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
  /** A branch to start from, brought here; null for the base branch. */
  base: FindBase;
  /** The attributes that a commit sets, file by file. */
  attributes(sha: string): Promise<readonly AttributesFile[]>;
  /** Writes a commit object with our identity. */
  writeCommit(order: NewCommit): Promise<string>;
};

export async function openRepository(root: string, options: RepositoryOptions): Promise<OpenedRepository> {
  const place = await locateRepository(root);
  const home = join(options.stateDirectory, 'empty-home');
  await mkdir(home, { recursive: true, mode: 0o700 });
  const around = { path: options.path, home, ...(options.run === undefined ? {} : { run: options.run }) };
  const bare = createGit({ gitDir: place.gitDir }, around);
  const [known, privateDir] = await Promise.all([
    readSettings(bare),
    makePrivateGitDir(join(options.stateDirectory, 'git')),
  ]);
  const drivers = withoutDrivers(known);
  const urls = await remoteUrls(bare, options.remote, { known });
  const git = createGit({ gitDir: place.gitDir }, { ...around, config: drivers });
  const own = createGit({ gitDir: privateDir, objects: join(place.commonDir, 'objects') }, around);
  const remote = urls && createRemote(own, { ...urls, ...remoteOptions(options, place) });
  const turns = takeTurns();
  const { commonDir } = place;
  const write: OpenedRepository['writeCommit'] = (order) => writeCommit(own, order, options);
  return {
    place,
    remoteUrl: urls?.fetchUrl ?? null,
    remote,
    git,
    own,
    turns,
    attributes: rememberLast(8, (sha) => attributesOf(own, sha)),
    base: findBase({ git, own, remote, options, commonDir, turns }),
    writeCommit: write,
    commit: (order) => turns(() => commitOnBranch({ git, own, commonDir, write }, order)),
    push: (branch, head, signal) => pushBranch({ own, remote }, { branch, head }, signal),
    removeBranch: (branch, head) => turns(() => removeBranch({ git, remote, commonDir }, { branch, head })),
    async diff(from, to) {
      [from, to].forEach(checkObject);
      const plain = ['--no-ext-diff', '--no-textconv', '--text', '--find-renames', '--full-index'];
      return own.run(['diff', ...plain, from, to, '--']);
    },
  };
}

function remoteOptions(options: RepositoryOptions, place: RepositoryPlace) {
  return {
    workTree: place.workTree,
    token: options.token,
    env: options.remoteEnv,
    retries: options.pushRetries,
    retryDelayMs: options.pushRetryDelay,
  };
}
