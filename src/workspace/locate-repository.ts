import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Failure } from '../domain/failure.ts';

/** Where a repository keeps its things; `commonDir` differs from `gitDir` in a linked worktree. All absolute. */
export type RepositoryPlace = { workTree: string; gitDir: string; commonDir: string };

/**
 * Finds the repository that holds `start`, by looking at files alone: git's own discovery would already act on
 * configuration that somebody planted on the way.
 */
export async function locateRepository(start: string): Promise<RepositoryPlace> {
  // git names worktrees by their real paths, and they are compared with this one.
  const real = await realpath(start).catch(() => resolve(start));
  for (let directory = real; ; directory = dirname(directory)) {
    const gitDir = await gitDirOf(directory);
    if (gitDir !== null) return { workTree: directory, gitDir, commonDir: await commonDirOf(gitDir) };
    if (directory === dirname(directory)) break;
  }
  throw new Failure(
    'NO_REPOSITORY',
    `${resolve(start)} is not in a git repository; run \`git init\` or set --root.`,
  );
}

async function gitDirOf(directory: string): Promise<string | null> {
  const path = join(directory, '.git');
  const found = await stat(path).catch(() => null);
  if (found === null) return null;
  if (found.isDirectory()) return (await isGitDir(path)) ? path : null;
  const target = /^gitdir: (.*\S)\s*$/.exec(await readFile(path, 'utf8'))?.[1];
  if (target === undefined) return null;
  const gitDir = resolve(directory, target);
  return (await isGitDir(gitDir)) ? gitDir : null;
}

async function isGitDir(path: string): Promise<boolean> {
  return stat(join(path, 'HEAD')).then(
    (head) => head.isFile(),
    () => false,
  );
}

async function commonDirOf(gitDir: string): Promise<string> {
  const common = await readFile(join(gitDir, 'commondir'), 'utf8').catch(() => '.');
  return resolve(gitDir, common.trim());
}
