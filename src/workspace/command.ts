import { execa } from 'execa';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandResult } from '../ports.ts';
import { capOutput } from './cap-output.ts';
import { killMarked } from './kill-marked.ts';

export type CommandRequest = {
  argv: readonly string[];
  cwd: string;
  /** The whole environment; nothing is inherited. */
  env: Readonly<Record<string, string>>;
  timeoutMs: number;
  /** Bytes of output that are kept. */
  maxOutput: number;
  input?: string;
  /** Set in the environment as `TICKETMILL_RUN`, so that what escaped the process group is still found. */
  marker?: string;
  /** Time between asking to end and killing; 2 s unless told. */
  graceMs?: number;
  /** Ended after so long without any output. */
  quietMs?: number;
  /** Told the standard output of a program that the signal ended. */
  onAborted?: (stdout: string) => void;
};

/** `stdout` is standard output alone, `cut` the bytes missing in it; both for callers that parse. */
export type Ran = CommandResult & { stdout: string; stderr: string; cut: number; stalled: boolean };

const drainMs = 500;

/**
 * Runs a program in a process group of its own and returns how it ended; a program that cannot be started ends with 127
 * as in a shell. Rejects with the signal's reason, and with the system's error when the machine has no handle, process
 * or memory left for it. When it settles, nothing of the group is alive.
 */
export async function runCommand(request: CommandRequest, signal: AbortSignal): Promise<Ran> {
  signal.throwIfAborted();
  const started = performance.now();
  const child = start(request);
  const both = capOutput(request.maxOutput);
  const stdout = capOutput(request.maxOutput);
  const stderr = capOutput(request.maxOutput);
  child.stdout.on('data', (chunk: Buffer) => {
    both.add(chunk);
    stdout.add(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    both.add(chunk);
    stderr.add(chunk);
  });
  const ended = waitForExit(child);
  const quiet = watchSilence(child, request.quietMs);
  const reason = await firstOf(
    [ended.then(() => 'ended' as const), quiet.stalled],
    request.timeoutMs,
    signal,
  );
  quiet.release();
  if (reason !== 'ended') await endGroup(child.pid, ended, request.graceMs ?? 2000);
  signalGroup(child.pid, 'SIGKILL');
  if (request.marker !== undefined) await killMarked((marker) => marker === request.marker);
  await drain(child);
  if (reason === 'aborted') {
    request.onAborted?.(stdout.text());
    throw signal.reason;
  }
  const { exitCode, problem, lack } = await ended;
  if (lack !== null) throw lack;
  if (problem !== null) both.add(Buffer.from(problem));
  return {
    exitCode: reason === 'ended' ? exitCode : null,
    output: both.text(),
    stdout: stdout.text(),
    stderr: problem ?? stderr.text(),
    cut: stdout.cut(),
    timedOut: reason !== 'ended',
    stalled: reason === 'stalled',
    elapsedMs: Math.round(performance.now() - started),
  };
}

type Child = ReturnType<typeof start>;

function start(request: CommandRequest) {
  const [program = '', ...args] = request.argv;
  const child = execa(program, args, {
    cwd: request.cwd,
    env: request.marker === undefined ? request.env : { ...request.env, TICKETMILL_RUN: request.marker },
    extendEnv: false,
    detached: true,
    reject: false,
    buffer: false,
    encoding: 'buffer',
    stripFinalNewline: false,
    stdin: request.input === undefined ? 'ignore' : 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  // A program that ends without reading its input is no fault of ours.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(request.input);
  return child;
}

/** lack: why there was no room for a program that is there. */
type End = { exitCode: number | null; problem: string | null; lack: Error | null };

const exhausted = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM']);

/** `exit`, not `close`: a grandchild that holds the pipe would keep `close` away for ever. */
function waitForExit(child: Child): Promise<End> {
  return new Promise((resolve) => {
    child.nodeChildProcess.once('exit', (code) => resolve({ exitCode: code, problem: null, lack: null }));
    void child.then((result) => {
      if (child.pid !== undefined) return;
      const lack = exhausted.has(result.code ?? '') && result instanceof Error ? result : null;
      resolve({ exitCode: 127, problem: result.shortMessage ?? 'cannot start', lack });
    });
  });
}

/** `stalled` resolves when nothing was said for so long, and never without a limit. */
function watchSilence(child: Child, quietMs: number | undefined) {
  const { promise, resolve } = Promise.withResolvers<'stalled'>();
  if (quietMs === undefined) return { stalled: promise, release: () => undefined };
  const timer = setTimeout(() => resolve('stalled'), quietMs);
  const heard = (): unknown => timer.refresh();
  child.stdout.on('data', heard);
  child.stderr.on('data', heard);
  return { stalled: promise, release: () => clearTimeout(timer) };
}

type Reason = 'ended' | 'stalled' | 'timeout' | 'aborted';

async function firstOf(
  ends: readonly Promise<Reason>[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Reason> {
  const done = new AbortController();
  const timers = AbortSignal.any([done.signal, signal]);
  try {
    return await Promise.race([
      ...ends,
      sleep(timeoutMs, 'timeout' as const, { signal: timers }).catch(() => 'aborted' as const),
    ]);
  } finally {
    done.abort();
  }
}

async function endGroup(pid: number | undefined, ended: Promise<End>, graceMs: number): Promise<void> {
  signalGroup(pid, 'SIGTERM');
  const done = new AbortController();
  await Promise.race([ended, sleep(graceMs, undefined, { signal: done.signal }).catch(() => undefined)]);
  done.abort();
}

function signalGroup(pid: number | undefined, name: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // EPERM: only zombies, or members that changed their user, are left; the marker and the sandbox cover those.
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** What is still in the pipes is read; whoever holds them beyond that is not waited for. */
async function drain(child: Child): Promise<void> {
  const done = new AbortController();
  const closed = child.then(() => undefined);
  await Promise.race([closed, sleep(drainMs, undefined, { signal: done.signal }).catch(() => undefined)]);
  done.abort();
  child.stdout.destroy();
  child.stderr.destroy();
}
