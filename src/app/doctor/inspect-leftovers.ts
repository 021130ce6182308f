import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Paths } from '../../config/paths.ts';
import { readDaemonInfo } from '../../control/daemon-info.ts';
import { isTemporary } from '../../files/write-atomic.ts';
import type { Clock } from '../../ports.ts';
import { listSpares } from '../../workspace/sweep-worktrees.ts';
import type { Finding } from './inspect-machine.ts';

/** Milliseconds after which nobody is still writing a file of ours. */
const longestWrite = 60 * 60_000;

/** Files that a process of ours left when it died; complete only while nobody has the lock. */
export async function listLeftovers(paths: Paths, clock: Pick<Clock, 'now'>): Promise<string[]> {
  const { root, backlogRoot, folders, state } = paths;
  const info = await readDaemonInfo(state);
  const isStale = info !== null && !isAlive(info.pid);
  const places = new Set([root, backlogRoot, ...Object.values(folders), state]);
  const found = await Promise.all(
    [...places].map((place) => temporaryIn(place, clock.now().getTime() - longestWrite)),
  );
  return [...(isStale ? [join(state, 'daemon.json')] : []), ...found.flat()];
}

export async function inspectLeftovers(paths: Paths, clock: Pick<Clock, 'now'>): Promise<Finding[]> {
  const left = await listLeftovers(paths, clock);
  const detail = `${left.length} of a process that ended: ${left.join(', ')}`;
  const files: Finding = {
    name: 'leftovers',
    state: 'warn',
    detail,
    advice: 'Run `ticketmill doctor --fix`.',
  };
  return [...(left.length === 0 ? [] : [files]), ...(await inspectSpares(paths))];
}

/** Those of a daemon at work are no leftovers. */
async function inspectSpares({ state, worktrees }: Paths): Promise<Finding[]> {
  const info = await readDaemonInfo(state);
  const spares = info !== null && isAlive(info.pid) ? [] : await listSpares(worktrees);
  if (spares.length === 0) return [];
  const detail = `${spares.length} prepared by a process that ended: ${spares.join(', ')}`;
  return [{ name: 'leftovers', state: 'warn', detail, advice: 'The next `ticketmill start` removes them.' }];
}

async function temporaryIn(folder: string, before: number): Promise<string[]> {
  const names = (await readdir(folder).catch(() => [])).filter(isTemporary);
  const old = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const stats = await stat(path).catch(() => null);
      return stats !== null && stats.isFile() && stats.mtimeMs < before ? [path] : [];
    }),
  );
  return old.flat();
}

/** A process of somebody else lives as well. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
