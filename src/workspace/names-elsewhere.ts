import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from './git.ts';

/**
 * Paths of the files that any branch ever had in some folders, and names of those that lie in these folders of other
 * worktrees. `folders` are relative to the top of the repository, with slashes. What git cannot say is left out.
 */
export async function namesElsewhere(git: Git, folders: readonly string[]): Promise<string[]> {
  const added = ['log', '--all', '--no-renames', '--diff-filter=A', '--name-only', '--format=', '-z'];
  const logged = await git.attempt([...added, '--', ...folders.map((folder) => `:(top,literal)${folder}`)]);
  const listed = await git.attempt(['worktree', 'list', '--porcelain', '-z']);
  const trees = listed.stdout.split('\0').filter((line) => line.startsWith('worktree '));
  const places = trees.flatMap((line) =>
    folders.map((folder) => join(line.slice('worktree '.length), folder)),
  );
  // A worktree may be gone, or without such a folder.
  const there = await Promise.all(places.map((place) => readdir(place).catch(() => [])));
  return [...logged.stdout.split('\0').filter((path) => path.trim() !== ''), ...there.flat()];
}
