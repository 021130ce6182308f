import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { commandLine } from '../../scripts/demo/place.ts';
import { assertInvariants } from '../support/invariants.ts';
import type { Mill } from '../support/mill.ts';
import { openMill } from '../support/mill.ts';
import { openRandom } from './chaos/random.ts';
import type { ChaosTicket } from './chaos/tickets.ts';
import { answerAll, writeTicket } from './chaos/tickets.ts';

let stack: AsyncDisposableStack;
let mill: Mill;
let fingerprint: Record<string, string>;
const tickets = [1, 2].map((number): ChaosTicket => writeTicket(number, 'plain'));

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  const config = {
    ollama: { defaultModel: 'ollama/coder:7b', warmUp: false },
    codeReview: { model: 'ollama/coder:7b' },
    worktree: { directory: '../worktrees', keepFailed: false },
  };
  const ollama = answerAll(openRandom(1), { delayMs: 10, secret: 'a word' });
  mill = await openMill({ files: { 'README.md': '# Notes\n' }, config, ollama }, stack);
  fingerprint = await mill.repository.fingerprint();
  for (const { file, text } of tickets) await mill.drop(file, text);
}, 60_000);
afterEach(() => stack.disposeAsync());

/** A daemon under a limit of the shell's `ulimit`; what it said once it ended, or once it said `awaited`. */
async function startLimited(limit: string, awaited: string): Promise<{ code: number; said: string }> {
  const child = spawn('sh', ['-c', `ulimit ${limit}; exec "$@"`, 'sh', ...commandLine, 'start', '--json'], {
    cwd: mill.root,
    env: mill.env,
  });
  stack.defer(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  child.stdout.on('data', (text: Buffer) => {
    said += text.toString();
    if (said.includes(awaited)) child.kill('SIGTERM');
  });
  return { code: (await ended)[0] as number, said };
}

async function workOff(wanted: readonly ChaosTicket[] = tickets): Promise<void> {
  await using daemon = mill.start();
  for (const { id } of wanted) await daemon.until('ticket:settled', ({ taskId }) => taskId === id);
  expect(await daemon.stop()).toBe(0);
}

function assertPublished(promised = tickets): Promise<void> {
  const { repository, root } = mill;
  const folder = (state: string): string => join(root, 'backlog', state);
  return assertInvariants(
    { repository, folder, state: join(root, '.ticketmill') },
    { promised, fingerprint },
  );
}

const describeHere = process.platform === 'win32' ? describe.skip : describe;

describeHere('a daemon under a limit (needs ulimit)', () => {
  it('on file handles: touches no ticket and says what is missing', async () => {
    const { said } = await startLimited('-n 30', 'daemon:degraded');
    expect(said).toMatch(/EMFILE|ENFILE/);
    expect(said).not.toMatch(/GIT_NOT_FOUND|WITHOUT a sandbox/);
    expect(said).not.toContain('bug in ticketmill');
    expect(mill.listFolder('todo')).toHaveLength(2);
    await workOff();
    await assertPublished();
  }, 60_000);

  it('on the size of files: says so and ends, and nothing is lost', async () => {
    const { code, said } = await startLimited('-f 8', 'daemon:started');
    expect(said).toMatch(/DISK_(FULL|FAILED|UNWRITABLE)/);
    expect(said).not.toContain('bug in ticketmill');
    expect(code).toBe(1);
    expect(mill.listFolder('todo')).toHaveLength(2);
    await workOff();
    await assertPublished();
  }, 60_000);
});

/** Needs a file system that knows it, and the right to set it. */
function setImmutable(path: string, on: boolean): boolean {
  try {
    execFileSync('chattr', [on ? '+i' : '-i', path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('a ticket that cannot be moved', () => {
  it('is left, the others go on, and it is taken as soon as it can be (needs chattr)', async () => {
    const [stuck, free] = tickets;
    const path = join(mill.root, 'backlog/todo', stuck?.file ?? '');
    if (stuck === undefined || free === undefined || !setImmutable(path, true)) {
      process.stderr.write('skipped: no file can be made immutable here\n');
      return;
    }
    stack.defer(() => void setImmutable(path, false));
    await using daemon = mill.start();
    await daemon.until('ticket:settled', ({ taskId }) => taskId === free.id);
    expect(mill.listFolder('todo')).toEqual([stuck.file]);
    setImmutable(path, false);
    while (mill.listFolder('review').length < 2) await sleep(50);
    expect(await daemon.stop()).toBe(0);
    await assertPublished();
  }, 120_000);
});

/** Each sync waits first; the tracer runs beside, so that signals reach the daemon itself. */
const slowly = [
  'strace',
  '-D',
  '-f',
  '-qq',
  '-o',
  '/dev/null',
  '-e',
  'inject=fsync,fdatasync:delay_enter=60000',
];

function canTrace(): boolean {
  return spawnSync('strace', ['-D', '-o', '/dev/null', 'true'], { stdio: 'ignore' }).status === 0;
}

describe('a disk that takes its time', () => {
  it('keeps tickets waiting, but nobody who asks how things are (needs strace)', async () => {
    if (!canTrace()) {
      process.stderr.write('skipped: strace cannot trace here\n');
      return;
    }
    await using daemon = mill.start({ program: [...slowly, ...commandLine] });
    const { url } = await daemon.until('server:listening');
    await daemon.until('ticket:claimed');
    let answers = 0;
    while (mill.listFolder('review').length < 2) {
      expect((await fetch(`${url}/health/live`)).status).toBe(200);
      answers += 1;
      await sleep(50);
    }
    // A loop that waited for the disk would have answered a few times in between.
    expect(answers).toBeGreaterThan(20);
    expect(await daemon.stop()).toBe(0);
    await assertPublished();
  }, 120_000);
});
