import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Outcome } from '../../src/app/house.ts';
import type { Event } from '../../src/domain/event.ts';
import type { Place } from './place.ts';
import { commandLine } from './place.ts';

/** What `ticketmill start --json` prints, a line each. */
export type DaemonEvent =
  | Event
  | { type: 'server:listening'; url: string; invitation: string | null }
  | ({ type: 'outcome' } & Outcome)
  | { type: 'error'; message: string };

type OfType<Type extends DaemonEvent['type']> = Extract<DaemonEvent, { type: Type }>;

/** A daemon in a process of its own, followed by what it prints. */
export interface FollowedDaemon extends AsyncDisposable {
  readonly pid: number;
  /** Everything it told so far, in its order. */
  readonly events: readonly DaemonEvent[];
  /** What it wrote on standard error so far. */
  complaints(): string;
  /** The first such event, past or to come; rejects when the daemon ends without one. */
  until<Type extends DaemonEvent['type']>(
    type: Type,
    fits?: (event: OfType<Type>) => boolean,
  ): Promise<OfType<Type>>;
  /** Asks it to end; its exit code, null when it was killed. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** Its exit code, whoever ended it. */
  readonly ended: Promise<number | null>;
}

export type Following = {
  /** What of the program runs; `start` when absent. */
  command?: 'start' | 'worker';
  args?: readonly string[];
  observe?: (event: DaemonEvent) => void;
  /** The program and what comes before `start`; the command of the checkout when absent. */
  program?: readonly string[];
};

/** Starts the real command on a directory; resolves at once. */
export function startDaemon(
  place: Place,
  { command = 'start', args = [], observe = () => undefined, program = commandLine }: Following = {},
): FollowedDaemon {
  const [node = '', ...script] = program;
  // A process group of its own: an interruption at the keyboard reaches us alone, and we end it in order.
  const child = spawn(node, [...script, command, '--json', ...args], {
    cwd: place.root,
    env: place.env,
    detached: true,
  });
  const heard = listen(child, observe);
  const killGroup = (): void => killWhole(child.pid);
  process.once('exit', killGroup);
  const release = endWithUs(child.pid);
  void heard.ended.then(() => {
    process.off('exit', killGroup);
    release();
  });
  const stop = (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    child.kill(signal);
    return heard.ended;
  };
  return {
    pid: child.pid ?? 0,
    ...heard,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
}

type Waiting = { notice: (event: DaemonEvent) => boolean; fail: (error: Error) => void };

function listen(child: ChildProcessWithoutNullStreams, observe: (event: DaemonEvent) => void) {
  const events: DaemonEvent[] = [];
  const waiting = new Set<Waiting>();
  let complaints = '';
  let over: Error | null = null;
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    const event = readEvent(line);
    events.push(event);
    for (const each of [...waiting]) if (each.notice(event)) waiting.delete(each);
    observe(event);
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', (error) => (complaints += error.message));
    child.once('close', (code) => {
      const told = events.flatMap((event) => (event.type === 'error' ? [event.message] : []));
      const why = [...told, complaints.trim()].join(' ');
      over = new Error(`The daemon has ended (exit code ${code ?? 'none'}). ${why}`);
      for (const each of waiting) each.fail(over);
      resolve(code);
    });
  });
  const until: FollowedDaemon['until'] = (type, fits = () => true) =>
    new Promise((resolve, reject) => {
      const notice = (event: DaemonEvent): boolean => {
        if (event.type !== type || !fits(event as OfType<typeof type>)) return false;
        resolve(event as OfType<typeof type>);
        return true;
      };
      if (events.some(notice)) return;
      if (over === null) waiting.add({ notice, fail: reject });
      else reject(over);
    });
  return { events, complaints: () => complaints, ended, until };
}

function readEvent(line: string): DaemonEvent {
  try {
    const value = JSON.parse(line) as DaemonEvent | { error: { message: string } };
    return 'error' in value ? { type: 'error', message: value.error.message } : value;
  } catch {
    return { type: 'error', message: line };
  }
}

/** Kills the group once we were killed ourselves: nobody holds the other end of what the watcher reads any more. */
function endWithUs(pid: number | undefined): () => void {
  if (pid === undefined || process.platform === 'win32') return () => undefined;
  const watcher = spawn('sh', ['-c', 'read -r _ || kill -s KILL -- "-$1"', 'sh', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watcher.on('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  watcher.unref();
  return () => watcher.stdin.end('\n');
}

function killWhole(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
