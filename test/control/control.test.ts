import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Lock, LockOptions, LockOutcome } from '../../src/control/acquire-lock.ts';
import { acquireLock } from '../../src/control/acquire-lock.ts';
import type { ControlAddress } from '../../src/control/control-address.ts';
import { controlAddress } from '../../src/control/control-address.ts';
import { sendCommand } from '../../src/control/send-command.ts';
import type { Answer } from '../../src/control/wire.ts';
import { Failure } from '../../src/domain/failure.ts';
import { temporaryDirectories } from '../support/directory.ts';

const fresh = temporaryDirectories();
const locks: Lock[] = [];
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const lock of locks.splice(0)) await lock.release();
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
});

function addressOf(root: string): Promise<ControlAddress> {
  return controlAddress({ locked: root, state: join(root, '.ticketmill') });
}

async function acquire(address: ControlAddress, options?: LockOptions): Promise<LockOutcome> {
  const outcome = await acquireLock(address, options);
  if (outcome.kind === 'acquired') locks.push(outcome);
  return outcome;
}

async function mustAcquire(address: ControlAddress, options?: LockOptions): Promise<Lock> {
  const outcome = await acquire(address, options);
  if (outcome.kind !== 'acquired') throw new Error('the lock is held');
  return outcome;
}

function send(address: ControlAddress, command: string, args: unknown = null): Promise<Answer | null> {
  return sendCommand(address, { id: '1', command, args }, { signal: AbortSignal.timeout(10_000) });
}

/** A daemon in a process of its own; resolves with what it says about the lock. */
async function startHolder(
  root: string,
): Promise<{ child: ChildProcess; said: { kind: string; pid?: number } }> {
  const program = fileURLToPath(new URL('../support/hold-lock.ts', import.meta.url));
  const child = spawn(process.execPath, [program, root, join(root, '.ticketmill')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, said: JSON.parse(line.toString()) as { kind: string; pid?: number } };
}

/** A connection that speaks the wire by hand: resolves with all that came until the other side ended it. */
async function speak(path: string, text: string): Promise<string> {
  const socket = createConnection(path);
  let heard = '';
  socket.on('data', (chunk) => (heard += chunk.toString()));
  socket.on('error', () => undefined);
  await once(socket, 'data');
  socket.write(text);
  socket.end();
  if (!socket.closed) await once(socket, 'close');
  return heard;
}

/** The same holder by an abstract name and by a socket file, as on macOS. */
const kinds = [
  ['by name', addressOf],
  [
    'by file',
    async (root: string): Promise<ControlAddress> => ({
      ...(await addressOf(root)),
      path: join(root, 'control.sock'),
      isFile: true,
    }),
  ],
] as const;

describe.each(kinds)('the lock %s', (_kind, at) => {
  it('has one holder, and tells the second one who it is', async () => {
    const address = await at(fresh());
    await mustAcquire(address);
    expect(await acquire(address)).toEqual({ kind: 'held', pid: process.pid });
  });

  it('is free again once it was released', async () => {
    const address = await at(fresh());
    await (await mustAcquire(address)).release();
    expect((await acquire(address)).kind).toBe('acquired');
  });

  it('goes to exactly one of twenty that start at once', async () => {
    const address = await at(fresh());
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => acquire(address)));
    const held = outcomes.filter((outcome) => outcome.kind === 'held');
    expect(held).toHaveLength(19);
    expect(held.every((outcome) => outcome.pid === process.pid)).toBe(true);
  });

  it('answers commands in both directions', async () => {
    const address = await at(fresh());
    const lock = await mustAcquire(address);
    lock.serve({ add: (args) => Promise.resolve((args as number[]).reduce((sum, n) => sum + n, 0)) });
    expect(await send(address, 'add', [1, 2, 3])).toEqual({ id: '1', ok: true, result: 6 });
  });

  it('says that no daemon runs', async () => {
    expect(await send(await at(fresh()), 'status')).toBeNull();
  });
});

describe('a lock file that a killed holder left behind', () => {
  it('is replaced', async () => {
    const root = fresh();
    const address = await kinds[1][1](root);
    const child = spawn(process.execPath, [
      '-e',
      `require('net').createServer().listen(${JSON.stringify(address.path)}, () => process.kill(process.pid, 'SIGKILL'))`,
    ]);
    children.push(child);
    await once(child, 'exit');
    expect(statSync(address.path).isSocket()).toBe(true);
    expect((await acquire(address)).kind).toBe('acquired');
    expect(statSync(address.path).mode & 0o777).toBe(0o600);
  });
});

describe('the lock between processes', () => {
  it('is refused with the pid of the other process, and free as soon as that is killed', async () => {
    const root = fresh();
    const address = await addressOf(root);
    const { child, said } = await startHolder(root);
    expect(said.kind).toBe('acquired');
    expect(await acquire(address)).toEqual({ kind: 'held', pid: child.pid });
    expect((await startHolder(root)).said).toEqual({ kind: 'held', pid: child.pid });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect((await acquire(address)).kind).toBe('acquired');
  });

  it('stays with a holder that is stopped, who then cannot say its pid', async () => {
    const root = fresh();
    const { child } = await startHolder(root);
    child.kill('SIGSTOP');
    expect(await acquire(await addressOf(root), { greetingWithinMs: 200 })).toEqual({
      kind: 'held',
      pid: null,
    });
    const answer = sendCommand(
      await addressOf(root),
      { id: '1', command: 'echo', args: 1 },
      { greetingWithinMs: 200, signal: AbortSignal.timeout(10_000) },
    );
    expect(await answer).toMatchObject({ ok: false, error: { code: 'NO_ANSWER', exitCode: 3 } });
    child.kill('SIGCONT');
    expect(await send(await addressOf(root), 'echo', 'awake')).toMatchObject({ ok: true, result: 'awake' });
  });

  it('lets a command fail plainly when the daemon dies on it', async () => {
    const root = fresh();
    await startHolder(root);
    expect(await send(await addressOf(root), 'die')).toMatchObject({
      ok: false,
      error: { code: 'NO_ANSWER', exitCode: 3 },
    });
  });
});

describe('commands', () => {
  it('wait for a daemon that is still starting', async () => {
    const address = await addressOf(fresh());
    const lock = await mustAcquire(address);
    const early = send(address, 'status');
    lock.serve({ status: () => Promise.resolve('ready') });
    expect(await early).toMatchObject({ ok: true, result: 'ready' });
  });

  it('carry what a handler throws', async () => {
    const address = await addressOf(fresh());
    const lock = await mustAcquire(address);
    lock.serve({
      broken: () => Promise.reject(new Error('oh')),
      refused: () => Promise.reject(new Failure('MERGE_REFUSED', 'the base has moved')),
      offline: () => Promise.reject(new Failure('MODEL_UNREACHABLE', 'nobody answers')),
      usage: () => Promise.reject(Object.assign(new Error('no such id'), { exitCode: 2 })),
      nothing: () => Promise.resolve(undefined),
    });
    const errorOf = async (command: string): Promise<unknown> => await send(address, command);
    expect(await errorOf('broken')).toMatchObject({
      error: { code: 'INTERNAL', message: 'oh', exitCode: 1 },
    });
    expect(await errorOf('refused')).toMatchObject({
      error: { code: 'MERGE_REFUSED', message: 'the base has moved', exitCode: 1 },
    });
    expect(await errorOf('offline')).toMatchObject({ error: { exitCode: 3 } });
    expect(await errorOf('usage')).toMatchObject({ error: { exitCode: 2 } });
    expect(await errorOf('nothing')).toMatchObject({ ok: true, result: null });
  });

  it.each(['toString', '__proto__', 'constructor', 'no-such'])(
    'are known by name only: %s is none',
    async (name) => {
      const address = await addressOf(fresh());
      (await mustAcquire(address)).serve({});
      expect(await send(address, name)).toMatchObject({
        ok: false,
        error: { code: 'UNKNOWN_COMMAND', exitCode: 2 },
      });
    },
  );

  it('are refused from whoever cannot read the token', async () => {
    const root = fresh();
    const address = await addressOf(root);
    let acted = false;
    (await mustAcquire(address)).serve({
      stop: () => {
        acted = true;
        return Promise.resolve();
      },
    });
    const stranger = join(root, 'guess');
    writeFileSync(stranger, 'f'.repeat(64));
    expect(await send({ ...address, tokenFile: stranger }, 'stop')).toMatchObject({
      ok: false,
      error: { code: 'UNAUTHORISED', exitCode: 3 },
    });
    expect(await send({ ...address, tokenFile: join(root, 'none') }, 'stop')).toMatchObject({ ok: false });
    expect(acted).toBe(false);
    expect(statSync(address.tokenFile).mode & 0o777).toBe(0o600);
  });

  it('end with the caller, not with the daemon', async () => {
    const address = await addressOf(fresh());
    const begun = Promise.withResolvers<undefined>();
    const end = Promise.withResolvers<string>();
    (await mustAcquire(address)).serve({
      slow: () => {
        begun.resolve(undefined);
        return end.promise;
      },
      quick: () => Promise.resolve(1),
    });
    const abort = new AbortController();
    const call = sendCommand(address, { id: '1', command: 'slow', args: null }, { signal: abort.signal });
    await begun.promise;
    abort.abort(new Error('interrupted'));
    await expect(call).rejects.toThrow('interrupted');
    end.resolve('done');
    expect(await send(address, 'quick')).toMatchObject({ ok: true });
  });

  it('may release the lock and still get their answer', async () => {
    const address = await addressOf(fresh());
    const lock = await mustAcquire(address);
    lock.serve({
      stop: async (_args, signal) => {
        await lock.release();
        return signal.aborted;
      },
    });
    expect(await send(address, 'stop')).toEqual({ id: '1', ok: true, result: true });
    expect(await send(address, 'stop')).toBeNull();
  });

  it('cannot be larger than a line may be', async () => {
    const address = await addressOf(fresh());
    (await mustAcquire(address)).serve({ echo: (args) => Promise.resolve(args) });
    const large = 'x'.repeat(1024 * 1024 - 500);
    expect(await send(address, 'echo', large)).toMatchObject({ ok: true, result: large });
    expect(await send(address, 'echo', `${large}${large}`)).toMatchObject({ error: { code: 'BAD_REQUEST' } });
  });
});

describe('the wire', () => {
  it.each(['not json', '{}', '[]', '{"id":1}', '\0'])('answers %j with a refusal', async (text) => {
    const address = await addressOf(fresh());
    await mustAcquire(address);
    const lines = (await speak(address.path, `${text}\n`)).trim().split('\n');
    expect(JSON.parse(lines[1]!)).toMatchObject({ ok: false, error: { code: 'BAD_REQUEST' } });
  });

  it('hangs up on an endless line', async () => {
    const address = await addressOf(fresh());
    await mustAcquire(address);
    const heard = await speak(address.path, 'x'.repeat(1024 * 1024 + 1));
    expect(heard.trim().split('\n')).toHaveLength(1);
    const ended = await speak(address.path, `${'x'.repeat(1024 * 1024 + 1)}\n`);
    expect(ended.trim().split('\n')).toHaveLength(1);
  });

  it('hangs up on a connection that says nothing', async () => {
    const address = await addressOf(fresh());
    await mustAcquire(address, { idleMs: 30 });
    const socket = createConnection(address.path);
    socket.resume();
    await once(socket, 'close');
    expect(socket.destroyed).toBe(true);
  });

  it('is not fooled by a stranger who listens at our address', async () => {
    const address = await addressOf(fresh());
    await (await mustAcquire(address)).release();
    const heard: string[] = [];
    const stranger = createServer((socket) => {
      socket.write('{"pid":1,"challenge":"c"}\n');
      socket.on('data', (chunk) => {
        heard.push(chunk.toString());
        socket.end('nonsense\n');
      });
      socket.on('error', () => undefined);
    });
    stranger.listen(address.path);
    await once(stranger, 'listening');
    expect(await send(address, 'stop')).toMatchObject({ ok: false, error: { code: 'NO_ANSWER' } });
    expect(await acquire(address)).toEqual({ kind: 'held', pid: 1 });
    const { readToken } = await import('../../src/control/control-token.ts');
    expect(heard.join('')).not.toContain(await readToken(address.tokenFile));
    stranger.close();
    await once(stranger, 'close');
  });
});
