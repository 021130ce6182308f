import { availableParallelism, loadavg } from 'node:os';
import { emptyPool, sizePool } from '../domain/agent-pool.ts';
import type { PoolLimits, PoolReport } from '../domain/agent-pool.ts';
import type { Rooms } from './open-rooms.ts';

/** How many tickets may be at work at the same time. */
export type Places = {
  /** Decides anew, for so many tickets that could begin and so many that are at work. */
  look: (demand: { ready: number; running: number }) => number;
  /** As of the last look. */
  now: () => number;
  /** Never more than this on this machine. */
  most: number;
  /** How the pool stands; null where the number is fixed or others do the work. */
  pool: () => PoolReport | null;
};

/** What the pool asks of the machine. */
export type Machine = {
  /** Bytes that could still be used, a container's limit included. */
  freeMemory: () => number;
  /** Programs that want a core, over the last minute. */
  load: () => number;
  cores: () => number;
};

export const thisMachine: Machine = {
  freeMemory: () => process.availableMemory(),
  load: () => loadavg()[0] ?? 0,
  cores: () => availableParallelism(),
};

type Around = Pick<Rooms, 'loaded' | 'workplace' | 'servers' | 'models' | 'clock'>;

/** `asked`: a number that a person wants now, whatever is configured. Workers on other machines count themselves. */
export function openPlaces(rooms: Around, asked: number | null, machine: Machine): Places {
  const { concurrency, pool: limits } = rooms.loaded.config.processing;
  const own =
    asked !== null || limits === undefined ? fixed(asked ?? concurrency) : pooled(limits, rooms, machine);
  const others = (): number | null => rooms.workplace.slots();
  return {
    look: (demand) => others() ?? own.look(demand),
    now: () => others() ?? own.now(),
    most: own.most,
    pool: () => (others() === null ? own.pool() : null),
  };
}

function fixed(count: number): Places {
  return { look: () => count, now: () => count, most: count, pool: () => null };
}

function pooled(limits: PoolLimits, { servers, models, clock }: Around, machine: Machine): Places {
  let pool = emptyPool(limits, clock.monotonic());
  /** Of a provider elsewhere nobody knows how much it takes. */
  const slots = (): number | null => {
    const model = servers.defaultModel();
    return model !== null && models.isElsewhere(model) ? null : servers.slots();
  };
  return {
    look(demand) {
      pool = sizePool(limits, pool, {
        ...demand,
        slots: slots(),
        freeMemory: machine.freeMemory(),
        load: machine.load() / machine.cores(),
        at: clock.monotonic(),
      });
      return pool.agents;
    },
    now: () => pool.agents,
    most: limits.max,
    pool: () => ({ ...limits, agents: pool.agents, bound: pool.bound }),
  };
}
