import { PassThrough, Readable } from 'node:stream';
import type { House } from '../../src/app/house.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import type { Shell } from '../../src/cli/shell.ts';
import { realClock } from './real-clock.ts';

export type Typed = {
  cwd: string;
  env?: Record<string, string>;
  stdin?: string | Readable;
  /** What a person types when a text stands on the screen, one after the other; then the terminal closes. */
  answers?: readonly (readonly [question: string, keys: string])[];
  house?: House;
  /** In place of `house`: how the command opens one over what it has written. */
  openHouse?: Shell['openHouse'];
  clock?: Shell['clock'];
  signal?: AbortSignal;
  hurry?: AbortSignal;
  isTerminal?: Partial<Shell['isTerminal']>;
  columns?: number;
  terminal?: Shell['terminal'];
};

export type Said = {
  code: number;
  out: string;
  err: string;
  /** Standard output as one JSON value a line. */
  json: () => unknown[];
};

/** Runs a command line in this process, as a person would have typed it; streams and house are the test's own. */
export async function typed(argv: string[], given: Typed): Promise<Said> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const [out, err] = [collect(stdout), collect(stderr)];
  const stdin = given.answers === undefined ? given.stdin : answering(stderr, given.answers);
  const code = await runCli({
    argv,
    program: ['/usr/bin/node', '/opt/ticketmill/scripts/ticketmill.cjs'],
    env: { HOME: '/home/somebody', PATH: process.env['PATH'], ...given.env },
    cwd: given.cwd,
    stdin: stdin instanceof Readable ? stdin : Readable.from([Buffer.from(stdin ?? '')]),
    stdout,
    stderr,
    isTerminal: { stdin: given.answers !== undefined, stdout: false, stderr: false, ...given.isTerminal },
    columns: () => given.columns ?? 80,
    terminal: given.terminal ?? null,
    clock: given.clock ?? realClock,
    signal: given.signal ?? new AbortController().signal,
    hurry: given.hurry ?? new AbortController().signal,
    openHouse:
      given.openHouse ??
      (() => {
        if (given.house === undefined) throw new Error('this command needs no house');
        return given.house;
      }),
  });
  const lines = () => out().trimEnd().split('\n');
  return { code, out: out(), err: err(), json: () => lines().map((line) => JSON.parse(line) as unknown) };
}

function answering(screen: PassThrough, answers: NonNullable<Typed['answers']>): PassThrough {
  const keyboard = new PassThrough();
  const left = [...answers];
  let unread = '';
  screen.on('data', (chunk: Buffer) => {
    unread += chunk.toString('utf8');
    const [next] = left;
    if (next === undefined || !unread.includes(next[0])) return;
    unread = '';
    left.shift();
    // The question listens when what it has drawn is out.
    setImmediate(() => {
      keyboard.write(next[1]);
      if (left.length === 0) setImmediate(() => keyboard.end());
    });
  });
  if (left.length === 0) keyboard.end();
  return keyboard;
}

function collect(stream: PassThrough): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => void chunks.push(chunk));
  return () => {
    for (let chunk = stream.read() as Buffer | null; chunk !== null; chunk = stream.read() as Buffer | null)
      chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  };
}
