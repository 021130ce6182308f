import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FollowedDaemon } from '../../../scripts/demo/daemon.ts';
import type { Mill } from '../../support/mill.ts';
import type { Random } from './random.ts';

export type Life = {
  daemon: FollowedDaemon;
  mill: Mill;
  /** Milliseconds from its start to the moment it was ready; null when it was killed before. */
  readyMs: () => number | null;
  violations: string[];
};

/** A daemon; once it is ready nothing that an earlier life started may still run. */
export function beginLife(mill: Mill): Life {
  const started = performance.now();
  let readyMs: number | null = null;
  const violations: string[] = [];
  const daemon = mill.start({
    observe({ type }) {
      if (type !== 'daemon:started') return;
      readyMs = performance.now() - started;
      violations.push(...findStrays(daemon.pid, join(mill.repository.home, 'worktrees')));
    },
  });
  return { daemon, mill, readyMs: () => readyMs, violations };
}

/** When and how a life ends: at the latest after `ms`; with an aim, a moment after the first such event. */
export type Death = {
  ms: number;
  aim: Aim | null;
  delayMs: number;
  way: (typeof ways)[number];
};

/**
 * Killed alone, or with everything it started as by an end of the machine, or after it was told to stop, to hurry or to
 * stand still; who hurries may be killed while a ticket goes back.
 */
const ways = [
  'stop',
  'hurry',
  'go back',
  'go back',
  'suspend',
  ...repeat('kill', 10),
  ...repeat('end all', 4),
] as const;

const aims = [
  'open',
  'code',
  'check',
  'guard',
  'review',
  'branch:pushed',
  'pull-request:opened',
  'ticket:claimed',
  'ticket:settled',
] as const;
type Aim = (typeof aims)[number];

/** Many short lives and some long ones, 0.3 to 6 s; most are aimed at something a ticket is about to do. */
export function drawDeath(random: Random): Death {
  const aim = random.isOneIn(3) ? null : (random.pick(aims) ?? null);
  const ms = aim === null ? 300 + 5700 * random.next() ** 6 : 6000;
  return { ms, aim, delayMs: 40 * random.next() ** 2, way: random.pick(ways) ?? 'kill' };
}

function repeat<Word extends string>(word: Word, times: number): Word[] {
  return Array.from({ length: times }, () => word);
}

/** Ends it so; tells what it did wrong before that. */
export async function endLife(life: Life, death: Death): Promise<string[]> {
  const { daemon, violations } = life;
  const { ms, aim, delayMs, way } = death;
  const due =
    aim === null ? sleep(ms) : Promise.race([sleep(ms), hit(daemon, aim).then(() => sleep(delayMs))]);
  const first = await Promise.race([due.then(() => 'due' as const), daemon.ended]);
  if (first !== 'due') return [...violations, `I6 it ended by itself (${first}): ${lastWords(daemon)}`];
  await prepare(life, way, delayMs);
  if (way === 'end all') killTree(daemon.pid);
  await daemon.stop('SIGKILL');
  const bugs = /.*bug in ticketmill.*/.exec(lastWords(daemon));
  return bugs === null ? violations : [...violations, `I6 ${bugs[0]}`];
}

/** Killed while it comes to a safe point, while it puts tickets back, or while it stands still. */
async function prepare({ daemon, mill }: Life, way: Death['way'], delayMs: number): Promise<void> {
  if (way === 'kill' || way === 'end all') return;
  using watching = new DisposableStack();
  const back = way === 'go back' ? firstChange(join(mill.root, 'backlog/todo'), watching) : null;
  process.kill(daemon.pid, way === 'suspend' ? 'SIGSTOP' : 'SIGTERM');
  if (way === 'hurry' || way === 'go back') process.kill(daemon.pid, 'SIGINT');
  await (back === null ? sleep(delayMs * 5) : Promise.race([back, sleep(500), daemon.ended]));
}

/**
 * A process and all that it started, the oldest first, so that nobody starts another one. What serves the remote stands
 * for another machine, which does not end with this one.
 */
function killTree(pid: number): void {
  if (/git-(receive|upload)-pack/.test(read(`/proc/${pid}/cmdline`)) || !send(pid, 'SIGSTOP')) return;
  const children = readdirSync('/proc').filter(
    (each) => read(`/proc/${each}/stat`).split(') ')[1]?.split(' ')[1] === `${pid}`,
  );
  for (const child of children) killTree(Number(child));
  send(pid, 'SIGKILL');
}

/** False when it has gone: whoever is told to stop may still end a child of its own. */
function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Resolves at the first change of a name in a directory. */
async function firstChange(directory: string, watching: DisposableStack): Promise<void> {
  const watcher = watching.adopt(watch(directory), (each) => each.close());
  await once(watcher, 'change');
}

/** The end of the daemon is no hit. */
async function hit(daemon: FollowedDaemon, aim: Aim): Promise<void> {
  const never = new Promise<never>(() => undefined);
  switch (aim) {
    case 'branch:pushed':
    case 'pull-request:opened':
    case 'ticket:claimed':
    case 'ticket:settled':
      await daemon.until(aim).catch(() => never);
      return;
    default:
      await daemon.until('stage:started', ({ stage }) => stage === aim).catch(() => never);
  }
}

export function lastWords(daemon: FollowedDaemon): string {
  const errors = daemon.events.flatMap((event) => (event.type === 'error' ? [event.message] : []));
  return [...errors, daemon.complaints().trim()].join(' ');
}

/** What runs in these worktrees by order of a daemon that is older than this one. */
function findStrays(pid: number, worktrees: string): string[] {
  const since = startOf(pid);
  const mark = `TICKETMILL_RUN=${createHash('sha256').update(worktrees).digest('hex').slice(0, 16)}/`;
  return readdirSync('/proc')
    .map(Number)
    .filter((each) => Number.isInteger(each) && read(`/proc/${each}/environ`).includes(mark))
    .filter((each) => startOf(each) < since)
    .map((each) => `I5 process ${each} of an earlier life still runs`);
}

/** Clock ticks after boot at which a process began; endless when it is gone. */
function startOf(pid: number): number {
  const fields = read(`/proc/${pid}/stat`).split(') ')[1]?.split(' ');
  return Number(fields?.[19] ?? Infinity);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
