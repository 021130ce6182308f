import { mkdtemp, rm } from 'node:fs/promises';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { handOver } from './hand-over.ts';
import type { Sandbox, View } from './sandbox.ts';

/** A server of ours that a program without network finds at `port` of its own loopback. */
export type Way = { port: number; server: Server };

export type Relay = {
  /** What the program must see. */
  views: View[];
  /** Starts `argv` behind a relay that listens where the ways are. */
  wrap: (argv: readonly string[]) => string[];
  close: () => Promise<void>;
};

/** Connections to one way at a time: a program that asks for more must leave the rest of us enough to open. */
const mostConnections = 256;

/** Opens each way for whoever runs inside, as one that ends with `close`. */
export async function openRelay(ways: readonly Way[], user: Sandbox['user']): Promise<Relay> {
  if (ways.length === 0) return { views: [], wrap: (argv) => [...argv], close: () => Promise.resolve() };
  // Short names only: a path of a socket has at most 107 bytes.
  const directory = await mkdtemp(join(tmpdir(), 'tm-'));
  const open = new Set<Socket>();
  const close = async (): Promise<void> => {
    const closing = ways.map(({ server }) => new Promise((resolve) => server.close(resolve)));
    for (const socket of open) socket.destroy();
    await Promise.all(closing);
    await rm(directory, { recursive: true, force: true });
  };
  const ports = ways.map(({ port }, index): [string, number] => [join(directory, `${index}`), port]);
  try {
    for (const [index, { server }] of ways.entries()) await listen(server, ports[index]?.[0] ?? '', open);
    if (user !== null) await handOver(directory, user);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    views: [{ from: directory, to: directory }],
    wrap: (argv) => ['node', '-e', relay, '--', JSON.stringify(ports), ...argv],
    close,
  };
}

async function listen(server: Server, path: string, open: Set<Socket>): Promise<void> {
  server.maxConnections = mostConnections;
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  // Where handles run out, an error comes with each that could not be opened: the others go on.
  await new Promise<void>((resolve, reject) => server.on('error', reject).listen(path, () => resolve()));
}

/** What one says the other hears, until either is gone. */
export function joinSockets(inner: Duplex, outer: Duplex): void {
  for (const [one, other] of [
    [inner, outer],
    [outer, inner],
  ] as const)
    one.on('error', () => other.destroy());
  inner.once('close', () => outer.destroy());
  inner.pipe(outer).pipe(inner);
}

/** Runs inside: the folder of this program is not to be seen there. */
const relay = `
const net = require('node:net');
const [ways, program, ...args] = process.argv.slice(1);
const listening = JSON.parse(ways).map(([path, port]) => new Promise((resolve, reject) => {
  const listener = net.createServer((inner) => {
    const outer = net.connect(path);
    inner.on('error', () => outer.destroy());
    outer.on('error', () => inner.destroy());
    inner.pipe(outer).pipe(inner);
  });
  listener.once('error', reject).listen(port, '127.0.0.1', resolve);
}));
const fail = (error) => { console.error(error.message); process.exit(127); };
Promise.all(listening).then(() => {
  const child = require('node:child_process').spawn(program, args, { stdio: 'inherit' });
  child.on('error', fail);
  child.on('exit', (code, signal) => process.exit(code ?? 128 + require('node:os').constants.signals[signal]));
}, fail);
`;
