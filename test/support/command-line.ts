import { PassThrough, Readable } from 'node:stream';
import type { House } from '../../src/app/house.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import type { Shell } from '../../src/cli/shell.ts';
import { realClock } from './real-clock.ts';

export type Typed = {
  cwd: string;
  env?: Record<string, string>;
  stdin?: string | Readable;
  house?: House;
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
  const code = await runCli({
    argv,
    env: { HOME: '/home/somebody', PATH: process.env['PATH'], ...given.env },
    cwd: given.cwd,
    stdin: given.stdin instanceof Readable ? given.stdin : Readable.from([Buffer.from(given.stdin ?? '')]),
    stdout,
    stderr,
    isTerminal: { stdin: false, stdout: false, stderr: false, ...given.isTerminal },
    columns: () => given.columns ?? 80,
    terminal: given.terminal ?? null,
    clock: given.clock ?? realClock,
    signal: given.signal ?? new AbortController().signal,
    hurry: given.hurry ?? new AbortController().signal,
    openHouse: () => {
      if (given.house === undefined) throw new Error('this command needs no house');
      return given.house;
    },
  });
  const lines = () => out().trimEnd().split('\n');
  return { code, out: out(), err: err(), json: () => lines().map((line) => JSON.parse(line) as unknown) };
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
