import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A model server that a program without network can reach, and nothing else. */
export type Forward = {
  /** The folder that the program must see at the same path. */
  directory: string;
  /** Starts `argv` behind a relay that listens where the server does, on the program's own loopback. */
  wrap: (argv: readonly string[]) => string[];
  /** The server's address as the program sees it. */
  url: string;
  close: () => Promise<void>;
};

/** Short names only: a path of a socket has at most 107 bytes. */
export async function forwardServer(server: string): Promise<Forward> {
  const { hostname, port: written, protocol } = new URL(server);
  const port = written === '' ? (protocol === 'https:' ? 443 : 80) : Number(written);
  const directory = await mkdtemp(join(tmpdir(), 'tm-'));
  const path = join(directory, 's');
  const open = new Set<Socket>();
  const listener = createServer((inner) => {
    const outer = connect(port, hostname.replace(/^\[(.*)\]$/, '$1'));
    for (const [socket, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      open.add(socket);
      socket.on('error', () => other.destroy()).on('close', () => open.delete(socket));
    }
    inner.pipe(outer).pipe(inner);
  });
  await new Promise<void>((resolve, reject) => listener.once('error', reject).listen(path, resolve));
  // Whoever runs inside is somebody else.
  await chmod(directory, 0o755);
  await chmod(path, 0o666);
  return {
    directory,
    url: `http://127.0.0.1:${port}`,
    wrap: (argv) => ['node', '-e', relay, '--', path, String(port), ...argv],
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Runs inside: the folder of this program is not to be seen there. */
const relay = `
const net = require('node:net');
const [path, port, program, ...args] = process.argv.slice(1);
const listener = net.createServer((inner) => {
  const outer = net.connect(path);
  inner.on('error', () => outer.destroy());
  outer.on('error', () => inner.destroy());
  inner.pipe(outer).pipe(inner);
});
listener.listen(Number(port), '127.0.0.1', () => {
  const child = require('node:child_process').spawn(program, args, { stdio: 'inherit' });
  child.on('error', (error) => { console.error(error.message); process.exit(127); });
  child.on('exit', (code) => process.exit(code ?? 1));
});
`;
