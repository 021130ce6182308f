import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { findViolations } from '../../support/invariants.ts';
import type { Mill } from '../../support/mill.ts';
import { openMill } from '../../support/mill.ts';
import { beginLife, drawDeath, endLife, lastWords } from './live.ts';
import type { Group } from './note-death.ts';
import { groups, noteDeath } from './note-death.ts';
import type { People } from './people.ts';
import { openPeople } from './people.ts';
import type { Random } from './random.ts';
import { openRandom } from './random.ts';
import { answerAll } from './tickets.ts';

export type ChaosOrder = { seconds: number; seed: number; tell: (line: string) => void };

export type ChaosReport = {
  kills: number;
  starts: number;
  tickets: number;
  merges: number;
  edits: number;
  /** Deaths that met a life there; one life may be at several places. */
  deaths: Record<Group, number>;
  /** Milliseconds to ready of every life that came so far. */
  ready: number[];
  drainSeconds: number;
  violations: string[];
};

/** Of several runs at a time as if they were one. */
export function addReports(reports: readonly ChaosReport[]): ChaosReport {
  const sum = (count: (report: ChaosReport) => number): number =>
    reports.reduce((all, each) => all + count(each), 0);
  return {
    kills: sum(({ kills }) => kills),
    starts: sum(({ starts }) => starts),
    tickets: sum(({ tickets }) => tickets),
    merges: sum(({ merges }) => merges),
    edits: sum(({ edits }) => edits),
    deaths: Object.fromEntries(groups.map((group) => [group, sum(({ deaths }) => deaths[group])])) as Record<
      Group,
      number
    >,
    ready: reports.flatMap(({ ready }) => ready),
    drainSeconds: Math.max(...reports.map(({ drainSeconds }) => drainSeconds)),
    violations: reports.flatMap(({ violations }) => violations),
  };
}

/** What only the daemon's environment holds. */
const secret = 'canary-7Yd3mKq9Xw2Lr8Tn';

/**
 * Kills a real daemon again and again while tickets come and people meddle, then lets it come to its end and looks
 * whether everything is as it was promised.
 */
export async function runChaos({ seconds, seed, tell }: ChaosOrder): Promise<ChaosReport> {
  await using stack = new AsyncDisposableStack();
  const random = openRandom(seed);
  const ollama = answerAll(random, { delayMs: 60, secret });
  const mill = await openMill({ files: { 'README.md': '# Notes\n' }, config, ollama }, stack);
  mill.env['GITHUB_TOKEN'] = secret;
  // Node's own: what is killed young should have begun to live.
  mill.env['NODE_COMPILE_CACHE'] = join(mill.repository.home, 'compiled');
  const fingerprint = await mill.repository.fingerprint();
  await warmUp(mill);
  const people = openPeople(mill, random);
  const deaths = await killAgainAndAgain(mill, people, { random, seconds, tell });
  tell(`${deaths.kills} kills; now it may come to an end`);
  const drained = await comeToEnd(mill, people);
  const place = {
    repository: mill.repository,
    folder: (state: string) => join(mill.root, 'backlog', state),
    state: join(mill.root, '.ticketmill'),
  };
  const promised = people.promised();
  const violations = await findViolations(place, { promised, fingerprint, secrets: [secret] });
  return {
    ...deaths,
    ...people.counts(),
    drainSeconds: drained.seconds,
    violations: [...deaths.violations, ...drained.violations, ...violations],
  };
}

const config = {
  ollama: { defaultModel: 'ollama/coder:7b', warmUp: false, parallel: 4 },
  codeReview: { model: 'ollama/coder:7b' },
  processing: { concurrency: 4, watchDebounce: 300 },
  worktree: { directory: '../worktrees', keepFailed: false },
  checks: { quick: { run: ['sh', '-c', 'sleep 0.02'] } },
};

type Deaths = Pick<ChaosReport, 'kills' | 'starts' | 'deaths' | 'ready' | 'violations'>;
type Killing = { random: Random; seconds: number; tell: (line: string) => void };

async function killAgainAndAgain(
  mill: Mill,
  people: People,
  { random, seconds, tell }: Killing,
): Promise<Deaths> {
  const seen: Deaths = { kills: 0, starts: 0, deaths: counters(), ready: [], violations: [] };
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const life = beginLife(mill);
    seen.starts += 1;
    const ending = endLife(life, drawDeath(random));
    for (let drops = 2; drops > 0; drops -= 1) await people.drop();
    seen.violations.push(...(await ending));
    seen.kills += 1;
    const readyMs = life.readyMs();
    if (readyMs !== null) seen.ready.push(readyMs);
    for (const group of noteDeath(mill.root, life.daemon.events)) seen.deaths[group] += 1;
    await people.meddle();
    if (seen.kills % 20 === 0) tell(`${seen.kills} kills, ${people.counts().tickets} tickets`);
  }
  return seen;
}

/** A life that ends well, in which node keeps what it compiled. */
async function warmUp(mill: Mill): Promise<void> {
  const daemon = mill.start();
  await daemon.until('daemon:started');
  await daemon.stop();
}

/** One life without a death, until nothing is left to do. */
async function comeToEnd(mill: Mill, people: People): Promise<{ seconds: number; violations: string[] }> {
  const started = performance.now();
  const { daemon, violations } = beginLife(mill);
  const mayStay = new Set(
    people.promised().flatMap(({ file, ends }) => (ends.includes('todo') ? [file] : [])),
  );
  const isTicket = (file: string): boolean => file.endsWith('.md') && !file.startsWith('.');
  const left = (): string[] =>
    [...mill.listFolder('todo'), ...mill.listFolder('processing')].filter(
      (file) => isTicket(file) && !mayStay.has(file),
    );
  const over = new AbortController();
  void daemon.ended.then(() => over.abort());
  await daemon.until('daemon:started').catch(() => undefined);
  while (left().length > 0 && !over.signal.aborted && performance.now() - started < 300_000) await sleep(100);
  const code = await daemon.stop('SIGTERM');
  const odd = code === 0 ? [] : [`I6 it ended with ${code}: ${lastWords(daemon)}`];
  return { seconds: (performance.now() - started) / 1000, violations: [...violations, ...odd] };
}

function counters(): Record<Group, number> {
  return Object.fromEntries(groups.map((group) => [group, 0])) as Record<Group, number>;
}
