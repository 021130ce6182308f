import { chmod, lstat, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Has git forget a worktree of ours with its locks, however far its making or removing had come. `git worktree prune`
 * would also forget the user's worktrees that just are not mounted, so only the entry that points here goes.
 */
export async function forgetWorktree(commonDir: string, checkout: string): Promise<void> {
  const entries = join(commonDir, 'worktrees');
  const names = await readdir(entries).catch(() => []);
  if (names.length === 0) return;
  const parent = await realpath(dirname(checkout)).catch(() => dirname(checkout));
  const ours = join(parent, basename(checkout), '.git');
  for (const name of names) {
    const target = await readFile(join(entries, name, 'gitdir'), 'utf8').catch(() => '');
    if (target.trim() === ours || (target === '' && isNamedAfter(name, basename(checkout))))
      await rm(join(entries, name), { recursive: true, force: true });
  }
}

/** Killed before it wrote where it is, an entry of ours is still told by its name; git numbers it when that is taken. */
function isNamedAfter(name: string, checkout: string): boolean {
  return name.startsWith(checkout) && /^[0-9]*$/.test(name.slice(checkout.length));
}

/** Also what commands left without permission to enter. Links are removed, never followed. */
export async function removeDirectory(directory: string): Promise<void> {
  try {
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    await unlockDirectories(directory);
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function unlockDirectories(directory: string): Promise<void> {
  const found = await lstat(directory).catch(() => null);
  if (found?.isDirectory() !== true) return;
  await chmod(directory, 0o700);
  for (const name of await readdir(directory)) await unlockDirectories(join(directory, name));
}
