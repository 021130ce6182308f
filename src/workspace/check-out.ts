import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Base } from '../domain/change.ts';
import { together } from '../domain/together.ts';
import { baseAttributes } from './base-attributes.ts';
import type { CaptureParts } from './capture-tree.ts';
import { copyIndex } from './copy-index.ts';
import { makePrivateGitDir } from './private-git-dir.ts';
import type { OpenedRepository } from './repository.ts';

/** `home` holds the worktree and, beside it, what only we use: a git directory, and files that a sandbox is shown. */
export type Place = { key: string; name: string; home: string; checkout: string; privateDir: string };

/** Where the worktree of a key lies, and what belongs to it. */
export function placeOf(directory: string, key: string): Place {
  const name = /^[\w-]{1,32}$/.test(key) ? key : createHash('sha256').update(key).digest('hex').slice(0, 16);
  const home = join(directory, name);
  return { key, name, home, checkout: join(home, `ticketmill-${name}`), privateDir: join(home, 'git') };
}

/** Checked out by our own git directory, so that no filter of anybody's configuration has a part in it. */
export async function checkOut(
  repository: OpenedRepository,
  place: Place,
  base: Base,
  signal: AbortSignal,
): Promise<CaptureParts> {
  await mkdir(join(place.home, 'home'), { recursive: true, mode: 0o700 });
  const files = join(place.home, 'files');
  await mkdir(files);
  // Locked, because nobody's `git worktree prune` may take it for gone before it is whole.
  const add = ['worktree', 'add', '--quiet', '--detach', '--no-checkout', '--lock'];
  const added = repository.turns(() =>
    repository.git.run([...add, '--', place.checkout, base.sha], {}, signal),
  );
  const parts = captureParts(repository, place, base);
  const inside = parts.inside.at({ workTree: files });
  const filled = arrangeOurs(repository, place, base).then(() =>
    inside.run(['read-tree', '--reset', '-u', base.sha], {}, signal),
  );
  await together([added, filled]);
  // What git made has nothing in it but this.
  await rename(join(place.checkout, '.git'), join(files, '.git'));
  await rename(files, place.checkout);
  await together([arrangeTheirs(place), copyFile(join(place.checkout, '.git'), join(place.home, 'dot-git'))]);
  return parts;
}

async function arrangeOurs(
  repository: OpenedRepository,
  { home, privateDir }: Place,
  { sha }: Base,
): Promise<void> {
  const attributes = baseAttributes(await repository.attributes(sha));
  await makePrivateGitDir(privateDir, { attributes });
  await writeFile(join(home, 'config'), '[core]\n\trepositoryformatversion = 0\n');
}

async function arrangeTheirs({ privateDir, checkout }: Place): Promise<void> {
  const admin = await adminDirectory(checkout);
  // What an agent's own `git status` reads; we never do.
  await copyIndex(join(privateDir, 'index'), join(admin, 'index'));
  await rm(join(admin, 'locked'));
}

/** Whether a checkout is still where it was made, and git knows it there. */
export async function isIntact({ home, checkout }: Place): Promise<boolean> {
  try {
    const [made, now] = await Promise.all([
      readFile(join(home, 'dot-git'), 'utf8'),
      readFile(join(checkout, '.git'), 'utf8'),
    ]);
    return made === now && (await readFile(join(await adminDirectory(checkout), 'HEAD'), 'utf8')) !== '';
  } catch {
    return false;
  }
}

/** What captures this worktree: our git directory for it, whatever its own `.git` says. */
export function captureParts(repository: OpenedRepository, place: Place, base: Base): CaptureParts {
  const { own: contents } = repository;
  const inside = contents.at({ gitDir: place.privateDir, workTree: place.checkout });
  return {
    inside,
    privateDir: place.privateDir,
    contents,
    base,
    exclude: [],
    leaveOut: [],
  };
}

async function adminDirectory(checkout: string): Promise<string> {
  return (await readFile(join(checkout, '.git'), 'utf8')).replace(/^gitdir: /, '').trim();
}
