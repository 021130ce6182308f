import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FollowedDaemon } from '../../scripts/demo/daemon.ts';
import { commandLine } from '../../scripts/demo/place.ts';
import type { Stage } from '../../src/domain/run.ts';
import { assertInvariants } from '../support/invariants.ts';
import type { Mill } from '../support/mill.ts';
import { openMill } from '../support/mill.ts';
import { openRandom } from './chaos/random.ts';
import type { ChaosTicket } from './chaos/tickets.ts';
import { answerAll, writeTicket } from './chaos/tickets.ts';

const stack = new AsyncDisposableStack();
let mill: Mill;
let fingerprint: Record<string, string>;
const dropped: ChaosTicket[] = [];

beforeAll(async () => {
  const config = {
    ollama: { defaultModel: 'ollama/coder:7b', warmUp: false },
    codeReview: { model: 'ollama/coder:7b' },
    worktree: { directory: '../worktrees', keepFailed: false },
    checks: { quick: { run: ['sh', '-c', 'sleep 0.05'] } },
  };
  const ollama = answerAll(openRandom(1), { delayMs: 100, secret: 'a word' });
  mill = await openMill({ files: { 'README.md': '# Notes\n' }, config, ollama }, stack);
  fingerprint = await mill.repository.fingerprint();
}, 60_000);
afterAll(() => stack.disposeAsync());

async function drop(): Promise<ChaosTicket> {
  const ticket = writeTicket(dropped.length + 1, 'plain');
  dropped.push(ticket);
  await mill.drop(ticket.file, ticket.text);
  return ticket;
}

/** Everything that was dropped is in review, once, and nothing else has changed. */
async function assertAllPublished(): Promise<void> {
  const { repository, root } = mill;
  const place = {
    repository,
    folder: (state: string) => join(root, 'backlog', state),
    state: join(root, '.ticketmill'),
  };
  await assertInvariants(place, { promised: dropped, fingerprint });
}

/** What is published was committed before. */
async function comesTo(daemon: FollowedDaemon, id: string, moment: Stage): Promise<void> {
  if (moment === 'publish') await daemon.until('change:committed', ({ taskId }) => taskId === id);
  else await daemon.until('stage:started', ({ taskId, stage }) => taskId === id && stage === moment);
}

/** A life that goes on until the ticket is published. */
async function finish({ id }: ChaosTicket): Promise<void> {
  await using daemon = mill.start();
  await daemon.until('ticket:settled', ({ taskId }) => taskId === id);
  expect(await daemon.stop()).toBe(0);
}

describe('a daemon that is told to end', () => {
  const moments = ['open', 'code', 'check', 'guard', 'review', 'publish'] as const;

  it.each(['code', 'publish'] as const)(
    'once, while a ticket is at "%s": comes to its end first',
    async (moment) => {
      await using daemon = mill.start();
      await daemon.until('daemon:started');
      const { id } = await drop();
      await comesTo(daemon, id, moment);
      expect(await daemon.stop('SIGTERM')).toBe(0);
      await assertAllPublished();
    },
    60_000,
  );

  it.each(moments)(
    'twice, while a ticket is at "%s": leaves it where the next one goes on',
    async (moment) => {
      await using daemon = mill.start();
      await daemon.until('daemon:started');
      const ticket = await drop();
      await comesTo(daemon, ticket.id, moment);
      void daemon.stop('SIGINT');
      expect(await daemon.stop('SIGTERM')).toBe(0);
      expect(mill.listFolder('processing')).toEqual([]);
      if (mill.listFolder('todo').length > 0) await finish(ticket);
      await assertAllPublished();
    },
    60_000,
  );

  it('while it has nothing to do', async () => {
    await using daemon = mill.start();
    await daemon.until('daemon:started');
    expect(await daemon.stop('SIGTERM')).toBe(0);
    await assertAllPublished();
  }, 60_000);
});

describe('twenty daemons that are started at once', () => {
  it('are one: the others end and name it', async () => {
    // Each of them is killed with this process.
    process.setMaxListeners(40);
    const daemons = Array.from({ length: 20 }, () => mill.start());
    const ends = await Promise.all(
      daemons.map((daemon) =>
        Promise.race([daemon.until('daemon:started').then(() => 'runs' as const), daemon.ended]).catch(
          () => daemon.ended,
        ),
      ),
    );
    const runs = daemons.filter((_, index) => ends[index] === 'runs');
    expect(runs).toHaveLength(1);
    expect(ends.filter((end) => end === 3)).toHaveLength(19);
    const [one] = runs;
    for (const other of daemons.filter((daemon) => daemon !== one)) {
      const told = other.events.flatMap((event) => (event.type === 'error' ? [event.message] : [])).join();
      expect(told + other.complaints()).toContain(String(one?.pid));
    }
    const ticket = await drop();
    await one?.until('ticket:settled', ({ taskId }) => taskId === ticket.id);
    expect(await one?.stop()).toBe(0);
    await assertAllPublished();
  }, 120_000);
});

describe('a daemon whose output nobody reads', () => {
  it('works on', async () => {
    const [node = '', ...script] = commandLine;
    const child = spawn(node, [...script, 'start', '--json', '--verbose'], { cwd: mill.root, env: mill.env });
    const ended = once(child, 'exit');
    child.stdout.pause();
    child.stderr.pause();
    for (let count = 0; count < 5; count += 1) await drop();
    while (mill.listFolder('review').length < dropped.length) await sleep(50);
    child.kill('SIGTERM');
    child.stdout.resume();
    child.stderr.resume();
    expect((await ended)[0]).toBe(0);
    await assertAllPublished();
  }, 60_000);
});

const describeHere = existsSync('/proc/self/fd') ? describe : describe.skip;

describeHere('a daemon that works round after round (needs /proc)', () => {
  it('keeps no handles and little memory', async () => {
    await using daemon = mill.start();
    const seen: { handles: number; mb: number }[] = [];
    for (let round = 0; round < 4; round += 1) {
      const ids = await Promise.all(Array.from({ length: 4 }, async () => (await drop()).id));
      for (const id of ids) await daemon.until('ticket:settled', ({ taskId }) => taskId === id);
      seen.push(usedBy(daemon.pid));
    }
    expect(await daemon.stop()).toBe(0);
    process.stderr.write(`handles and MB after each round: ${JSON.stringify(seen)}\n`);
    const [, second, , last] = seen;
    // Connections to the model server come and go.
    expect(last?.handles ?? Infinity).toBeLessThanOrEqual((second?.handles ?? 0) + 4);
    expect(last?.mb ?? Infinity).toBeLessThanOrEqual((second?.mb ?? 0) + 60);
  }, 120_000);
});

function usedBy(pid: number): { handles: number; mb: number } {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return { handles: readdirSync(`/proc/${pid}/fd`).length, mb: Math.round((pages * 4096) / 1024 / 1024) };
}
