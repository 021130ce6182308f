import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from '../domain/failure.ts';
import type { Ran, RunCommand } from './command.ts';
import { runCommand } from './command.ts';
import type { FromForks, ToForks } from './fork-messages.ts';

/**
 * Runs programs as `runCommand` does, in a small process: to start one, the system copies the page tables of whoever
 * starts it, which takes a large process several times as long, and all its other work waits for that. Until the small
 * one is up, for the first few, and where it cannot be had, they are started from here.
 */
export type ForkServer = {
  /** Rejects with `MACHINE_EXHAUSTED` as well when the small process is killed meanwhile. */
  run: RunCommand;
  close(): Promise<void>;
};

export type ForkServerOptions = {
  /** Milliseconds without work after which the small process is ended; the next program starts another. */
  idleMs: number;
};

/** Programs in a row that are not worth another process: what a daemon starts before there is a ticket. */
const few = 10;

export function openForkServer({ idleMs }: ForkServerOptions): ForkServer {
  let current: Forks | null = null;
  let inARow = 0;
  let idle: NodeJS.Timeout | undefined;
  let isOpen = true;

  function forks(): Forks | null {
    inARow += 1;
    if (!isOpen || inARow <= few) return null;
    if (current?.state() === 'gone') current = null;
    current ??= tryToStart();
    // One that ended before it was of any use would do so again.
    if (current?.state() === 'failed') isOpen = false;
    return current?.state() === 'ready' ? current : null;
  }

  function end(): Promise<void> {
    const ended = current?.end();
    current = null;
    inARow = 0;
    return ended ?? Promise.resolve();
  }

  return {
    async run(request, signal) {
      signal.throwIfAborted();
      clearTimeout(idle);
      const there = forks();
      try {
        return await (there === null ? runCommand(request, signal) : there.run(request, signal));
      } finally {
        clearTimeout(idle);
        idle = setTimeout(() => void (current?.isIdle() !== false && end()), idleMs).unref();
      }
    },
    async close() {
      clearTimeout(idle);
      isOpen = false;
      await end();
    },
  };
}

/** `failed`: gone before it was ready. */
type State = 'starting' | 'ready' | 'failed' | 'gone';

type Forks = {
  state(): State;
  isIdle(): boolean;
  run: RunCommand;
  /** Resolves when it is gone. */
  end(): Promise<void>;
};

type Call = { resolve: (answer: Answer) => void; reject: (error: unknown) => void };
type Answer = Exclude<FromForks, { ready: true }>;

/** Null where the machine has no room for it now. */
function tryToStart(): Forks | null {
  try {
    return startForks();
  } catch {
    return null;
  }
}

function startForks(): Forks {
  const child = startProgram();
  const calls = new Map<number, Call>();
  let state: State = 'starting';
  let last = 0;

  const gone = new Promise<void>((resolve) => {
    const end = (): void => {
      state = state === 'starting' ? 'failed' : 'gone';
      for (const { reject } of calls.values()) reject(lost());
      resolve();
    };
    child.once('exit', end);
    child.once('error', end);
  });

  child.on('message', (message: FromForks) => {
    if ('ready' in message) state = 'ready';
    else calls.get(message.id)?.resolve(message);
  });

  function send(message: ToForks): void {
    child.send(message, (error) => error !== null && calls.get(message.id)?.reject(lost()));
  }

  async function ask(
    id: number,
    request: Extract<ToForks, { request: unknown }>['request'],
  ): Promise<Answer> {
    const answer = Promise.withResolvers<Answer>();
    calls.set(id, answer);
    // Nothing else may hold the process, but what is waited for must.
    child.channel?.ref();
    try {
      send({ id, request });
      return await answer.promise;
    } finally {
      calls.delete(id);
      if (calls.size === 0) child.channel?.unref();
    }
  }

  return {
    state: () => state,
    isIdle: () => calls.size === 0,
    async run({ onAborted, ...request }, signal) {
      const id = ++last;
      const abort = (): void => send({ id, abort: true });
      signal.addEventListener('abort', abort, { once: true });
      const answer = await ask(id, request).finally(() => signal.removeEventListener('abort', abort));
      if (!('aborted' in answer)) return ranOf(answer);
      onAborted?.(answer.aborted);
      throw signal.reason;
    },
    end() {
      if (child.connected) child.disconnect();
      child.ref();
      return gone;
    },
  };
}

function ranOf(answer: Exclude<Answer, { aborted: string }>): Ran {
  if ('ran' in answer) return answer.ran;
  const { message, ...code } = answer.error;
  throw Object.assign(new Error(message), code);
}

function lost(): Failure {
  return new Failure(
    'MACHINE_EXHAUSTED',
    'The process that starts programs was killed while one was running.',
  );
}

/** In a group of its own: an interrupt at the terminal is for us, who let the work in hand come to its end. */
function startProgram(): ChildProcess {
  const program = new URL(`./serve-forks${extname(import.meta.url)}`, import.meta.url);
  const child = fork(fileURLToPath(program), [], {
    env: {},
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=1'],
  });
  child.unref();
  child.channel?.unref();
  return child;
}
