import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../files/disk.ts';
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

/**
 * `stdout` is standard output alone, `cut` the bytes missing in it; both for callers that parse. `endedBy`: the signal of
 * somebody else that ended it, such as SIGKILL where memory runs out.
 */
export type Ran = CommandResult & {
  stdout: string;
  stderr: string;
  cut: number;
  stalled: boolean;
  endedBy?: NodeJS.Signals;
};

export type RunCommand = typeof runCommand;

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
  if (child instanceof Error) return neverStarted(request, child);
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const both = capOutput(request.maxOutput);
  const stdout = capOutput(request.maxOutput);
  const stderr = capOutput(request.maxOutput);
  child.stdout?.on('data', (chunk: Buffer) => {
    both.add(chunk);
    stdout.add(chunk);
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    both.add(chunk);
    stderr.add(chunk);
  });
  const ended = waitForExit(child, request);
  const quiet = watchSilence(child, request.quietMs);
  const reason = await firstOf(
    [ended.then(() => 'ended' as const), quiet.stalled],
    request.timeoutMs,
    signal,
  );
  quiet.release();
  if (reason !== 'ended') await endGroup(child.pid, ended, request.graceMs ?? 2000);
  await killGroup(child.pid);
  if (request.marker !== undefined) await killMarked((marker) => marker === request.marker);
  await drain(child, closed);
  if (reason === 'aborted') {
    request.onAborted?.(stdout.text());
    throw signal.reason;
  }
  const { exitCode, endedBy, problem, lack } = await ended;
  if (lack !== null) throw lack;
  if (problem !== null) both.add(Buffer.from(problem));
  return {
    exitCode: reason === 'ended' ? exitCode : null,
    ...(reason === 'ended' && endedBy !== undefined ? { endedBy } : {}),
    output: both.text(),
    stdout: stdout.text(),
    stderr: problem ?? stderr.text(),
    cut: stdout.cut(),
    timedOut: reason !== 'ended',
    stalled: reason === 'stalled',
    elapsedMs: Math.round(performance.now() - started),
  };
}

/** An error where the system is not even asked, as with a zero byte among the arguments, or has no room for them. */
function start(request: CommandRequest): ChildProcess | Error {
  try {
    return startProgram(request);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function startProgram(request: CommandRequest): ChildProcess {
  const [program = '', ...args] = request.argv;
  const child = spawn(program, args, {
    cwd: request.cwd,
    env: request.marker === undefined ? request.env : { ...request.env, TICKETMILL_RUN: request.marker },
    detached: true,
    stdio: [request.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  // A program that ends without reading its input is no fault of ours.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(request.input);
  return child;
}

function describeStart({ argv, cwd }: CommandRequest, { message }: Error): string {
  return `${argv[0] ?? ''} cannot be started in ${cwd}: ${message}`;
}

function neverStarted(request: CommandRequest, error: Error): Ran {
  const problem = describeStart(request, error);
  const ended = { timedOut: false, stalled: false, elapsedMs: 0 };
  return { exitCode: notStarted, output: problem, stdout: '', stderr: problem, cut: 0, ...ended };
}

/** As in a shell. */
const notStarted = 127;

/** lack: why there was no room for a program that is there. */
type End = {
  exitCode: number | null;
  endedBy?: NodeJS.Signals;
  problem: string | null;
  lack: Error | null;
};

const exhausted = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM']);

/** `exit`, not `close`: a grandchild that holds the pipe would keep `close` away for ever. */
function waitForExit(child: ChildProcess, request: CommandRequest): Promise<End> {
  return new Promise((resolve) => {
    child.once('exit', (exitCode, by) =>
      resolve({ exitCode, ...(by === null ? {} : { endedBy: by }), problem: null, lack: null }),
    );
    child.on('error', (error) => {
      if (child.pid !== undefined) return;
      const lack = exhausted.has(errorCode(error)) ? error : null;
      resolve({ exitCode: notStarted, problem: describeStart(request, error), lack });
    });
  });
}

/** `stalled` resolves when nothing was said for so long, and never without a limit. */
function watchSilence(child: ChildProcess, quietMs: number | undefined) {
  const { promise, resolve } = Promise.withResolvers<'stalled'>();
  if (quietMs === undefined) return { stalled: promise, release: () => undefined };
  const timer = setTimeout(() => resolve('stalled'), quietMs);
  const heard = (): unknown => timer.refresh();
  child.stdout?.on('data', heard);
  child.stderr?.on('data', heard);
  return { stalled: promise, release: () => clearTimeout(timer) };
}

type Reason = 'ended' | 'stalled' | 'timeout' | 'aborted';

async function firstOf(
  ends: readonly Promise<Reason>[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Reason> {
  const { promise, resolve } = Promise.withResolvers<Reason>();
  const abort = (): void => resolve('aborted');
  const timer = setTimeout(() => resolve('timeout'), timeoutMs);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([...ends, promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

async function endGroup(pid: number | undefined, ended: Promise<End>, graceMs: number): Promise<void> {
  signalGroup(pid, 'SIGTERM');
  await atMost(graceMs, ended);
}

/** Kills what is left of a group, and waits until it is gone: the system takes a moment; half a second at most. */
async function killGroup(pid: number | undefined): Promise<void> {
  for (let round = 0; round < 50 && signalGroup(pid, 'SIGKILL'); round += 1) await sleep(10);
}

/** Whether there was anybody to be told. */
function signalGroup(pid: number | undefined, name: 'SIGTERM' | 'SIGKILL'): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(-pid, name);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // EPERM: only zombies, or members that changed their user, are left; the marker and the sandbox cover those.
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
    return false;
  }
}

/** What is still in the pipes is read; whoever holds them beyond that is not waited for. */
async function drain(child: ChildProcess, closed: Promise<void>): Promise<void> {
  await atMost(drainMs, closed);
  child.stdout?.destroy();
  child.stderr?.destroy();
}

/** A timer that is taken back costs nothing; one that an AbortSignal ends costs an error with its stack each time. */
async function atMost(ms: number, event: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), ms);
  await Promise.race([event, promise]);
  clearTimeout(timer);
}
