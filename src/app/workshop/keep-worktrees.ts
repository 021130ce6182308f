import { randomUUID } from 'node:crypto';
import type { Paths } from '../../config/paths.ts';
import { toFailure } from '../../domain/failure.ts';
import type { Clock } from '../../ports.ts';
import type { OpenedWorkspaces } from '../../workspace/worktree.ts';
import { watchDisks } from '../watch-disks.ts';

/** The worktrees that are kept ready on this machine, of all its repositories together. */
export type KeptWorktrees = {
  /** From now on so many are kept ready there, and none is left half removed at the end. */
  keep(workspaces: OpenedWorkspaces, count: number): void;
  /** Null where none are to be kept ready. */
  report(): { ready: number; wanted: number } | null;
};

type Around = { paths: Paths; clock: Clock; warn: (message: string) => void; stack: AsyncDisposableStack };

export function keepWorktrees({ paths, clock, warn, stack }: Around): KeptWorktrees {
  const disks = watchDisks(paths, clock);
  const pools: { ready: () => number; wanted: number }[] = [];
  return {
    keep(workspaces, count) {
      stack.defer(() => workspaces.idle());
      if (count === 0) return;
      const pool = workspaces.keepWarm({
        count,
        clock,
        newId: () => randomUUID().slice(0, 8),
        hasRoom: async () => (await disks.outage()) === null,
        onFault: (error) => warn(`No worktree could be prepared: ${toFailure(error).message}`),
      });
      pools.push({ ready: () => pool.ready(), wanted: count });
      stack.defer(() => pool.close());
    },
    report: () =>
      pools.length === 0
        ? null
        : {
            ready: pools.reduce((sum, pool) => sum + pool.ready(), 0),
            wanted: pools.reduce((sum, pool) => sum + pool.wanted, 0),
          },
  };
}
