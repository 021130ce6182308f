// `npm run test:syscalls -- [--calls link,rename,…] [--points N] [--error EIO]`: ends the real daemon, and every command
// it runs, at its 1st, 2nd, … call of the system, or has that call fail, and looks what the next life makes of it.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { commandLine, runProgram } from '../../scripts/demo/place.ts';
import type { Promised } from '../support/invariants.ts';
import { findViolations } from '../support/invariants.ts';
import type { Mill } from '../support/mill.ts';
import { openMill } from '../support/mill.ts';
import { openRandom } from './chaos/random.ts';
import { answerAll, writeTicket } from './chaos/tickets.ts';

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: 'link,rename,unlink,fsync,mkdir,openat,write' },
    points: { type: 'string', default: '40' },
    error: { type: 'string' },
  },
});
const most = Number(values.points);
/** strace counts by thread; with one worker thread the calls of node come in the same order each time. */
const steady = { UV_THREADPOOL_SIZE: '1', UV_USE_IO_URING: '0' };
const config = {
  ollama: { defaultModel: 'ollama/coder:7b', warmUp: false },
  codeReview: { model: 'ollama/coder:7b' },
  worktree: { directory: '../worktrees', keepFailed: false },
  checks: { quick: { run: ['sh', '-c', 'true'] } },
};
/** A call that fails is the machine's doing, and may be told to a person instead of being tried again. */
const ends = values.error === undefined ? (['review'] as const) : (['review', 'failed'] as const);

if (!canTrace()) {
  process.stderr.write('skipped: strace cannot trace here\n');
  process.exit(0);
}
let broken = 0;
for (const call of values.calls.split(',')) broken += await sweep(call);
process.exitCode = broken === 0 ? 0 : 1;

/** All points of one call, in a repository of its own; how many promises were broken. */
async function sweep(call: string): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const ollama = answerAll(openRandom(1), { delayMs: 5, secret: 'a word' });
  const mill = await openMill({ files: { 'README.md': '# Notes\n' }, config, ollama }, stack);
  const fingerprint = await mill.repository.fingerprint();
  const promised: Promised[] = [];
  const drop = async (): Promise<void> => {
    const { id, file, text, words } = writeTicket(promised.length + 1, 'plain');
    await mill.drop(file, text);
    promised.push({ id, file, words, ends });
  };
  // What only a first life does is not among the calls of the others.
  await drop();
  const first = await live(mill);
  if (first.code !== 0)
    throw new Error(`a life without a fault ended with ${first.code}: ${first.err}${first.out}`);
  await drop();
  const count = await countCalls(mill, call);
  const points = choose(count);
  const violations: string[] = [];
  let died = 0;
  for (const point of points) {
    await drop();
    const { code } = await live(
      mill,
      [`--inject=${call}:${harm()}:when=${point}`, '--output=/dev/null'],
      call,
    );
    if (code > 128) died += 1;
    const next = await liveOn(mill);
    if (next.code !== 0 && next.code !== 1)
      violations.push(`I6 ${call} ${point}: the next life ended with ${next.code}`);
    const found = await findViolations(placeOf(mill), { promised, fingerprint });
    const fresh = found.filter((each) => !violations.includes(each));
    violations.push(...fresh);
    for (const each of fresh) process.stderr.write(`${call} ${point}: ${each}\n`);
  }
  process.stdout.write(
    `${call} (${values.error ?? 'kill'}): ${points.length} of ${count} points, ${died} deaths, ${violations.length} violations\n`,
  );
  return violations.length;
}

function harm(): string {
  return values.error === undefined ? 'signal=SIGKILL' : `error=${values.error}`;
}

/** Lives until no outage holds a ticket back any more: a remote whose program was killed is one. */
async function liveOn(mill: Mill) {
  for (let lives = 1; ; lives += 1) {
    const ended = await live(mill);
    if (ended.code !== 3 || lives === 20) return ended;
  }
}

/** One life of the daemon that works off what is there; under strace when there is something to trace. */
function live(mill: Mill, tracing: readonly string[] = [], call = '') {
  // strace ends by the signal that ended what it traced; the shell makes a number of that.
  const traced = [
    'sh',
    '-c',
    '"$@"; exit $?',
    'sh',
    'strace',
    '--follow-forks',
    '--quiet=all',
    `--trace=${call}`,
    ...tracing,
  ];
  const place = { root: mill.root, env: { ...mill.env, ...steady } };
  return runProgram(place, [...(call === '' ? [] : traced), ...commandLine, 'start', '--once', '--json']);
}

/** How often the busiest thread of a whole life calls it. */
async function countCalls(mill: Mill, call: string): Promise<number> {
  const directory = join(mill.repository.home, 'traces');
  execFileSync('mkdir', [directory]);
  await live(mill, ['--output-separately', `--output=${join(directory, 'of')}`], call);
  const counts = readdirSync(directory).map(
    (name) => readFileSync(join(directory, name), 'latin1').split(`${call}(`).length - 1,
  );
  return Math.max(0, ...counts);
}

/** All of them, or as many as wanted: the first third dense, because there most threads have their part. */
function choose(count: number): number[] {
  const all = Array.from({ length: count }, (_, index) => index + 1);
  if (count <= most) return all;
  const dense = all.slice(0, Math.floor(most / 3));
  const rest = most - dense.length;
  const step = (count - dense.length) / rest;
  return [
    ...dense,
    ...Array.from({ length: rest }, (_, index) => dense.length + Math.ceil((index + 1) * step)),
  ];
}

function placeOf({ repository, root }: Mill) {
  return {
    repository,
    folder: (state: string) => join(root, 'backlog', state),
    state: join(root, '.ticketmill'),
  };
}

function canTrace(): boolean {
  try {
    execFileSync('strace', ['--follow-forks', '--output=/dev/null', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
