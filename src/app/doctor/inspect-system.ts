import { access, constants, readFile, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Paths } from '../../config/paths.ts';
import type { Finding } from './inspect-machine.ts';

/** Whether everything that we write can be written, without writing. */
export async function inspectFolders({ folders, logs, state, worktrees }: Paths): Promise<Finding[]> {
  const places = [...Object.values(folders), logs, state, worktrees];
  const unwritable = await Promise.all(
    places.map(async (place) => ((await isWritable(place)) ? [] : [place])),
  );
  const bad = unwritable.flat();
  if (bad.length === 0)
    return [{ name: 'folders', state: 'ok', detail: `all ${places.length} can be written`, advice: '' }];
  return bad.map((place) => ({
    name: 'folders',
    state: 'fail',
    detail: `${place} cannot be written`,
    advice: 'Give yourself the right to write there, or name another folder in config.json.',
  }));
}

/** What is not there yet will be made, if its parent lets us. */
async function isWritable(path: string): Promise<boolean> {
  return access(await nearest(path), constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The path itself, or the first folder above it that is there. */
export async function nearest(path: string): Promise<string> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  return isThere || dirname(path) === path ? path : nearest(dirname(path));
}

/** Linux allows a user so many watches; beyond them changes go unnoticed until the next rescan. */
const wantedLimits = { max_user_watches: 8192, max_user_instances: 64 };

export async function inspectWatching(directory = '/proc/sys/fs/inotify'): Promise<Finding[]> {
  const limits = await Promise.all(
    Object.entries(wantedLimits).map(async ([name, wanted]) => {
      const written = await readFile(`${directory}/${name}`, 'utf8').catch(() => null);
      return { name, wanted, found: written === null ? null : Number(written) };
    }),
  );
  return limits.flatMap(({ name, wanted, found }): Finding[] => {
    if (found === null) return [];
    if (found >= wanted) return [{ name: 'inotify', state: 'ok', detail: `${name} is ${found}`, advice: '' }];
    const advice = `Run \`sysctl fs.inotify.${name}=${wanted}\`; until then the rescan finds new tickets later.`;
    return [{ name: 'inotify', state: 'warn', detail: `${name} is ${found}, expected ${wanted}`, advice }];
  });
}

const gibibyte = 1024 ** 3;

/** One line a disk, whatever lies on it. */
export async function inspectDisk({ root, worktrees }: Paths): Promise<Finding[]> {
  const disks = new Map<number, string>();
  for (const place of [await nearest(root), await nearest(worktrees)]) {
    const { dev } = await stat(place);
    if (!disks.has(dev)) disks.set(dev, place);
  }
  return Promise.all(
    [...disks.values()].map(async (place) => {
      const { bavail, bsize } = await statfs(place);
      return judgeDisk(place, bavail * bsize);
    }),
  );
}

/** `free` in bytes. A worktree with its dependencies takes hundreds of megabytes. */
export function judgeDisk(place: string, free: number): Finding {
  const detail = `${(free / gibibyte).toFixed(1)} GiB free at ${place}`;
  if (free >= 2 * gibibyte) return { name: 'disk', state: 'ok', detail, advice: '' };
  const state = free < gibibyte / 4 ? 'fail' : 'warn';
  return {
    name: 'disk',
    state,
    detail,
    advice: 'Free some space, or move `worktree.directory` to another disk.',
  };
}
