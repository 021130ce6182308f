/** How many agents there may be at least and at most. */
export type PoolLimits = { min: number; max: number };

/** What is known at one look. */
export type PoolSigns = {
  /** Tickets that could begin now. */
  ready: number;
  /** Tickets at work. */
  running: number;
  /** Chats that the model servers take at the same time; null where nobody knows or counts. */
  slots: number | null;
  /** Bytes of memory that could still be used. */
  freeMemory: number;
  /** Programs that want a core, for each core there is, over the last minute. */
  load: number;
  /** Milliseconds of the monotonic clock. */
  at: number;
};

/** What keeps the pool from being larger. `queue`: no ticket would need it; `growing`: nothing but time. */
export type PoolBound = 'max' | 'queue' | 'slots' | 'memory' | 'load' | 'growing';

export type Pool = {
  agents: number;
  bound: PoolBound;
  /** When it may grow again, and when all of its agents were last needed: milliseconds as in the signs. */
  growsAt: number;
  neededAt: number;
};

export type PoolReport = PoolLimits & Pick<Pool, 'agents' | 'bound'>;

const gigabyte = 1024 ** 3;

/**
 * From the first mark on nothing is added, from the second on agents that end are not replaced. Between the two
 * nothing changes, so that one agent more does not drive out another.
 */
const marks = { memory: [gigabyte, gigabyte / 2], load: [1.5, 3] } as const;

/** One more at a time: what an agent takes shows in the signs only after a while. */
const growMs = 4000;
/** After it had to shrink it stays small for so long. */
const calmMs = 30_000;
/** Agents that nobody needed for so long are let go. */
const idleMs = 60_000;

export function emptyPool({ min }: PoolLimits, at: number): Pool {
  return { agents: min, bound: 'queue', growsAt: at, neededAt: at };
}

/**
 * The pool after one look: it shrinks at once where there is no room, and grows slowly where there is need. `min`
 * holds whatever the signs say. A smaller pool ends nothing; it begins nothing more.
 */
export function sizePool(limits: PoolLimits, pool: Pool, signs: PoolSigns): Pool {
  const { at, ready, running } = signs;
  const room = findRoom(limits, pool, signs);
  const needed = running + ready;
  const neededAt = needed >= pool.agents ? at : pool.neededAt;
  const idleTo = at - neededAt >= idleMs ? needed : Infinity;
  const left = Math.max(limits.min, Math.min(pool.agents, room.agents, idleTo));
  const isPressed = left < pool.agents && room.agents < pool.agents;
  const growsAt = isPressed ? at + calmMs : pool.growsAt;
  const grows = needed > left && room.agents > left && at >= growsAt;
  const agents = grows ? left + 1 : left;
  return { agents, bound: boundOf(agents, needed, room), growsAt: grows ? at + growMs : growsAt, neededAt };
}

type Room = { agents: number; bound: PoolBound };

function boundOf(agents: number, needed: number, room: Room): PoolBound {
  if (needed <= agents) return 'queue';
  return room.agents <= agents ? room.bound : 'growing';
}

/** The most that there is room for, and what says so. */
function findRoom({ max }: PoolLimits, pool: Pool, signs: PoolSigns): Room {
  const { running, slots, freeMemory, load } = signs;
  const [tight, scarce] = marks.memory;
  const [busy, overloaded] = marks.load;
  const held = { isTight: freeMemory < tight, isScarce: freeMemory < scarce };
  const pressed = { isTight: load >= busy, isScarce: load >= overloaded };
  const rooms: Room[] = [
    { bound: 'max', agents: max },
    { bound: 'slots', agents: slots ?? Infinity },
    { bound: 'memory', agents: roomUnder(held, pool.agents, running) },
    { bound: 'load', agents: roomUnder(pressed, pool.agents, running) },
  ];
  return rooms.reduce((least, room) => (room.agents < least.agents ? room : least));
}

function roomUnder(
  { isTight, isScarce }: { isTight: boolean; isScarce: boolean },
  agents: number,
  running: number,
): number {
  if (isScarce) return Math.max(0, Math.min(agents, running - 1));
  return isTight ? agents : Infinity;
}
