import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChatReply } from '../../domain/chat.ts';
import type { FromProcess, Loaded, Opening, Question, ToProcess } from './messages.ts';
import { openCalls, ProcessFault } from './open-calls.ts';
import type { Death, Hearing } from './open-calls.ts';

/** A process that holds one model. Its promises are rejected with a `ProcessFault`. */
export type ModelProcess = {
  /** Resolves once the model is in memory. */
  readonly opened: Promise<Loaded>;
  /** Null until it is in memory. */
  loaded(): Loaded | null;
  isAlive(): boolean;
  /** Rejects with the signal's reason once the model has stopped. */
  chat(question: Question, hearing: Hearing, signal: AbortSignal): Promise<ChatReply>;
  /** Resolves when it is gone. */
  kill(): Promise<void>;
};

export type ProcessOptions = {
  opening: Opening;
  env: Readonly<Record<string, string>>;
  /** Resolves when a chat that was told to stop has had time enough for it; rejects when the signal fires. */
  grace: (signal: AbortSignal) => Promise<void>;
};

export function startModelProcess({ opening, env, grace }: ProcessOptions): ModelProcess {
  const child = startProgram(env);
  const calls = openCalls();
  const opened = Promise.withResolvers<Loaded>();
  // Whoever asked for it may have left before it failed.
  opened.promise.catch(() => undefined);
  let loaded: Loaded | null = null;
  let fault: ProcessFault | null = null;

  const send = (message: ToProcess): void => void child.send(message, () => undefined);

  function end(reason: ProcessFault): void {
    if (fault !== null) return;
    fault = reason;
    signalGroup(child);
    opened.reject(reason);
    calls.fail(reason);
  }

  child.on('message', (heard) => {
    const message = heard as FromProcess;
    if (message.type === 'refused') end(new ProcessFault({ trouble: message.trouble }));
    else if (message.type !== 'opened') calls.hear(message);
    else opened.resolve((loaded = message.loaded));
  });
  const gone = whenGone(child).then((death) => end(new ProcessFault({ death })));
  send({ type: 'open', ...opening });

  return {
    opened: opened.promise,
    loaded: () => loaded,
    isAlive: () => fault === null,
    async chat(question, hearing, signal) {
      signal.throwIfAborted();
      if (fault !== null) throw fault;
      const { call, reply } = calls.add(hearing);
      const stop = (): void => send({ type: 'stop', call });
      // Native code that does not listen is ended with its process.
      const release = onceAborted(signal, { stop, grace, kill: () => end(byUs('It did not stop.')) });
      send({ type: 'chat', call, question });
      try {
        return await reply;
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      } finally {
        release();
      }
    },
    async kill() {
      end(byUs('It was ended.'));
      await gone;
    },
  };
}

function byUs(stderr: string): ProcessFault {
  return new ProcessFault({ death: { exitCode: null, signal: null, stderr } });
}

/** When the signal fires: `stop`, and after the time of grace `kill`, unless it was released before. */
function onceAborted(
  signal: AbortSignal,
  act: { stop: () => void; grace: ProcessOptions['grace']; kill: () => void },
): () => void {
  const released = new AbortController();
  const fire = (): void => {
    act.stop();
    act.grace(released.signal).then(act.kill, () => undefined);
  };
  signal.addEventListener('abort', fire, { once: true });
  return () => {
    signal.removeEventListener('abort', fire);
    released.abort();
  };
}

/** In a group of its own: an interrupt at the terminal is for us, who let the work in hand come to its end. */
function startProgram(env: ProcessOptions['env']): ChildProcess {
  const program = new URL(`./serve-model${extname(import.meta.url)}`, import.meta.url);
  return fork(fileURLToPath(program), [], {
    env,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
}

/** `close`, for its last words; whatever it started could hold them back, and is ended with it. */
async function whenGone(child: ChildProcess): Promise<Death> {
  const lastWords = endOfErrors(child);
  child.once('exit', () => signalGroup(child));
  try {
    const [exitCode, signal] = (await once(child, 'close')) as [number | null, string | null];
    return { exitCode, signal, stderr: lastWords() };
  } catch (error) {
    return { exitCode: null, signal: null, stderr: String(error) };
  }
}

const keptCharacters = 2000;

function endOfErrors(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (more: string) => {
    text = (text + more).slice(-keptCharacters);
  });
  return () => text.trim();
}

/** With whatever the library started to try its binaries. */
function signalGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
