import { step } from './steps.ts';
import type { Daemon, Variant, World } from './world.ts';
import { isIn } from './world.ts';

export type Checked = {
  states: number;
  /** Each kind of violation with the shortest way to it; empty when every promise is kept. */
  violations: Record<string, string[]>;
};

type Edge = { what: string; to: World; isFault: boolean };
type Seen = { world: World; how: string[]; before: string[] };

/** Visits every state that daemons, deaths, lost answers and people can lead to, the nearest first. */
export function checkProtocol(start: World, variant: Variant): Checked {
  const seen = new Map<string, Seen>([[keyOf(start), { world: start, how: [], before: [] }]]);
  const violations: Record<string, string[]> = {};
  const note = (what: string, how: string[]): void => void (violations[what] ??= how);
  for (const [key, { world, how }] of seen) {
    for (const what of breaches(world)) note(what, how);
    for (const { what, to, isFault } of edges(world, variant)) {
      const next = seen.get(keyOf(to)) ?? { world: to, how: [...how, what], before: [] };
      if (!isFault) next.before.push(key);
      seen.set(keyOf(to), next);
    }
  }
  const ending = leadToEnd(seen);
  for (const [key, { how }] of seen) if (!ending.has(key)) note('never ends', how);
  return { states: seen.size, violations };
}

function keyOf(world: World): string {
  return JSON.stringify(world);
}

function breaches({ names, pulls, remote, daemons, taken }: World): string[] {
  const [only, ...others] = names;
  const isAlone = others.length === 0;
  const at = (state: string): boolean => isAlone && only?.state === state && !taken;
  const working = daemons.filter((daemon) => daemon.at === 'make' || daemon.at === 'commit');
  return [
    ...(only === undefined ? ['lost'] : []),
    ...(new Set(names.map(({ inode }) => inode)).size > 1 ? ['two copies'] : []),
    ...(pulls.length > 1 ? ['two pull requests'] : []),
    ...(remote.length > 1 ? ['two branches'] : []),
    ...(working.length > 1 ? ['two runs'] : []),
    ...(at('review') && pulls.length === 0 ? ['in review without a pull request'] : []),
    ...(at('done') && pulls[0]?.state !== 'merged' ? ['done without a merge'] : []),
  ];
}

/** All that may happen next, wanted or not. */
function edges(world: World, variant: Variant): Edge[] {
  const lives = world.daemons.flatMap((daemon, index) => livesOn(world, { daemon, index, variant }));
  return [...lives, ...decisions(world), ...takes(world)];
}

type One = { daemon: Daemon; index: number; variant: Variant };

function livesOn(world: World, { daemon, index, variant }: One): Edge[] {
  const { crashes, lostAnswers } = world.left;
  const became = (changed: Daemon, from: World): World => ({
    ...from,
    daemons: from.daemons.map((each, at) => (at === index ? changed : each)),
  });
  const next = step(world, daemon, variant);
  const edges: Edge[] = [];
  if (next !== null) edges.push({ what: daemon.at, to: became(next.daemon, next.world), isFault: false });
  if (daemon.at === 'off') return edges;
  if (crashes > 0) {
    const died = became({ ...daemon, at: 'off', saw: null, to: 'review' }, world);
    edges.push(fault(`dies before "${daemon.at}"`, died, { crashes: crashes - 1 }));
  }
  if (next !== null && lostAnswers > 0 && (daemon.at === 'push' || daemon.at === 'open')) {
    const unheard = became({ ...daemon, at: 'requeue: intent' }, next.world);
    edges.push(fault(`the answer to "${daemon.at}" is lost`, unheard, { lostAnswers: lostAnswers - 1 }));
  }
  return edges;
}

/** A person merges, deleting the branch, or closes. */
function decisions(world: World): Edge[] {
  const open = world.pulls.find(({ state }) => state === 'open');
  const { decisions: left } = world.left;
  if (open === undefined || left === 0) return [];
  return (['merged', 'closed'] as const).map((state) => {
    const pulls = world.pulls.map((each) => (each === open ? { ...each, state } : each));
    const remote =
      state === 'merged' ? world.remote.filter((branch) => branch !== open.branch) : world.remote;
    return fault(`a person decides: ${state}`, { ...world, pulls, remote }, { decisions: left - 1 });
  });
}

/** A person takes the ticket out of `processing`. */
function takes(world: World): Edge[] {
  const { takes: left } = world.left;
  if (left === 0 || !isIn(world, 'processing') || world.names.length > 1) return [];
  const names = world.names.map((name) => ({ ...name, state: 'done' as const }));
  return [fault('a person takes it', { ...world, names, taken: true }, { takes: left - 1 })];
}

function fault(what: string, to: World, left: Partial<World['left']>): Edge {
  return { what, to: { ...to, left: { ...to.left, ...left } }, isFault: true };
}

/** The states from which daemons alone, with no more faults and nobody's help, can come to a good end. */
function leadToEnd(seen: ReadonlyMap<string, Seen>): Set<string> {
  const ending = new Set([...seen].filter(([, { world }]) => isOver(world)).map(([key]) => key));
  for (const key of ending) for (const before of seen.get(key)?.before ?? []) ending.add(before);
  return ending;
}

function isOver({ names, record, daemons }: World): boolean {
  const [only, ...others] = names;
  const isSettled =
    only !== undefined && others.length === 0 && only.state !== 'todo' && only.state !== 'processing';
  return isSettled && record?.move == null && daemons.some(({ at }) => at === 'idle');
}
