import { statfs } from 'node:fs/promises';
import type { Paths } from '../config/paths.ts';

/** Free and all bytes of the disks that our places lie on; one that is not there yet is left out. */
export async function measureDisks({
  backlogRoot,
  state,
  worktrees,
}: Pick<Paths, 'backlogRoot' | 'state' | 'worktrees'>): Promise<
  Record<string, { free: number; size: number }>
> {
  const places = Object.entries({ backlog: backlogRoot, state, worktrees });
  const measured = await Promise.all(
    places.map(async ([place, directory]) => {
      const disk = await statfs(directory).catch(() => null);
      if (disk === null) return [];
      const { bavail, blocks, bsize } = disk;
      return [[place, { free: bavail * bsize, size: blocks * bsize }] as const];
    }),
  );
  return Object.fromEntries(measured.flat());
}
