import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Failure } from '../domain/failure.ts';
import { errorCode } from '../files/disk.ts';
import { copyIndex } from './copy-index.ts';
import { diffTrees } from './diff-trees.ts';
import { createGit, type Git } from './git.ts';
import { locateRepository, type RepositoryPlace } from './locate-repository.ts';
import { makePrivateGitDir } from './private-git-dir.ts';
import { refSha } from './read-commit.ts';
import { readSettings } from './git-settings.ts';
import { withoutDrivers } from './without-drivers.ts';

export type LocalDiffOrder = {
  /** A folder in the repository. */
  directory: string;
  /** Anything that names a commit; null: the base branch, or HEAD for what is staged. */
  base: string | null;
  /** What is staged, in place of the whole working tree. */
  staged: boolean;
  /** Null: the one that the remote's HEAD names, else main or master. */
  baseBranch: string | null;
  remote: string;
  /** The index that a commit is being made of, as git tells its hooks; null: the repository's own. */
  indexFile: string | null;
  /** PATH for git. */
  path: string;
};

/** `base` as people name it; `tree` is what was compared with it. The diff is empty where nothing was changed. */
export type LocalDiff = { base: string; baseSha: string; tree: string; diff: string };

/**
 * What a working tree or an index holds beyond the commit where it left its base. Nothing is written into the
 * repository: trees are made in a temporary object store of ours that borrows from the repository's own.
 */
export async function readLocalDiff(order: LocalDiffOrder, signal: AbortSignal): Promise<LocalDiff> {
  const place = await locateRepository(order.directory);
  const ours = await mkdtemp(join(tmpdir(), 'ticketmill-diff-'));
  try {
    return await compare(order, { place, ours }, signal);
  } finally {
    await rm(ours, { recursive: true, force: true });
  }
}

async function compare(
  order: LocalDiffOrder,
  { place, ours }: { place: RepositoryPlace; ours: string },
  signal: AbortSignal,
): Promise<LocalDiff> {
  const around = { path: order.path, home: join(ours, 'home') };
  await mkdir(around.home);
  const git = createGit({ gitDir: place.gitDir }, around);
  const base = await findBase(git, order);

  const privateDir = await makePrivateGitDir(join(ours, 'git'));
  const objects = join(privateDir, 'objects');
  await mkdir(join(objects, 'info'), { recursive: true });
  await writeFile(join(objects, 'info/alternates'), `${join(place.commonDir, 'objects')}\n`);
  const indexFile = join(ours, 'index');
  await takeIndex(resolve(place.workTree, order.indexFile ?? join(place.gitDir, 'index')), indexFile);
  const { gitDir, workTree } = place;
  const inside = createGit(
    { gitDir, workTree, indexFile, objects },
    { ...around, config: withoutDrivers(await readSettings(git)) },
  );
  if (!order.staged) await addWorkTree(inside, signal);
  const tree = (await inside.run(['write-tree'], {}, signal)).trim();
  // Our own git directory has no attributes, so no file can hide from the diff.
  const contents = createGit({ gitDir: privateDir, objects }, around);
  const from =
    base.sha ?? (await contents.run(['hash-object', '-t', 'tree', '--stdin'], { input: '' }, signal)).trim();
  return { base: base.name, baseSha: from, tree, diff: await diffTrees(contents, from, tree, signal) };
}

/** A repository in which nothing was ever staged has no index. */
async function takeIndex(from: string, to: string): Promise<void> {
  try {
    await copyIndex(from, to);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

async function addWorkTree(git: Git, signal: AbortSignal): Promise<void> {
  const list = ['ls-files', '-z', '--exclude-standard', '--modified', '--deleted', '--others'];
  const listed = (await git.run(list, {}, signal)).split('\0');
  // A repository inside this one ends in a slash, and is none of ours.
  const paths = [...new Set(listed)].filter((path) => path !== '' && !path.endsWith('/'));
  const update = ['update-index', '--add', '--remove', '--replace', '-z', '--stdin'];
  await git.run(update, { input: paths.map((path) => `${path}\0`).join('') }, signal);
}

/** Where HEAD left its base; `sha` is null before the first commit. */
async function findBase(git: Git, order: LocalDiffOrder): Promise<{ name: string; sha: string | null }> {
  const head = await refSha(git, 'HEAD');
  if (order.base === null && (order.staged || head === null)) return { name: 'HEAD', sha: head };
  const name = order.base ?? (await baseRef(git, order));
  const tip = await commitOf(git, name);
  if (tip === null)
    throw new Failure('GIT_BASE_MISSING', `${JSON.stringify(name)} names no commit of this repository.`);
  if (head === null) return { name, sha: tip };
  const common = await git.attempt(['merge-base', tip, 'HEAD']);
  if (common.exitCode === 0) return { name, sha: common.stdout.trim() };
  const advice = 'a shallow clone has too little history (`git fetch --unshallow`)';
  throw new Failure('GIT_BASE_MISSING', `${JSON.stringify(name)} and HEAD have no common commit; ${advice}.`);
}

async function commitOf(git: Git, name: string): Promise<string | null> {
  const found = await git.attempt(['rev-parse', '--verify', '-q', '--end-of-options', `${name}^{commit}`]);
  return found.exitCode === 0 ? found.stdout.trim() : null;
}

/** Without asking the remote: what was fetched last is what a person compares with. HEAD where there is no base branch. */
async function baseRef(git: Git, { baseBranch, remote }: LocalDiffOrder): Promise<string> {
  const named = await git.attempt(['symbolic-ref', '-q', '--short', `refs/remotes/${remote}/HEAD`]);
  const branches = baseBranch === null ? ['main', 'master'] : [baseBranch];
  const candidates = [
    ...(baseBranch === null && named.exitCode === 0 ? [named.stdout.trim()] : []),
    ...branches.map((branch) => `${remote}/${branch}`),
    ...branches,
  ];
  for (const candidate of candidates) if ((await commitOf(git, candidate)) !== null) return candidate;
  return baseBranch ?? 'HEAD';
}
