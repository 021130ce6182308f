import { chmod, unlink } from 'node:fs/promises';
import type { Server } from 'node:net';
import { createServer } from 'node:net';
import { errorCode } from '../files/disk.ts';
import { connect } from './connect.ts';
import type { ControlAddress } from './control-address.ts';
import { ensureToken } from './control-token.ts';
import type { Handlers } from './serve-control.ts';
import { serveControl } from './serve-control.ts';

export type Lock = {
  kind: 'acquired';
  /** From now on requests are answered; those that came before were waiting. */
  serve(handlers: Handlers): void;
  /** Frees the lock at once. Answers still being made are sent before their connections end. */
  release(): Promise<void>;
};

/** `pid` is null when the holder does not answer: it is stopped, or it is not ours. */
export type LockOutcome = Lock | { kind: 'held'; pid: number | null };

export type LockOptions = {
  /** How long to wait for a holder to say who it is. */
  greetingWithinMs?: number;
  /** How long a connection may say nothing. */
  idleMs?: number;
};

/**
 * Takes the lock of an installation by listening where it is reached: the kernel lets one process listen, and ends
 * that with the process, however it dies. There is no heartbeat that a sleeping machine could miss.
 */
export async function acquireLock(
  address: ControlAddress,
  { greetingWithinMs = 1_500, idleMs = 30_000 }: LockOptions = {},
): Promise<LockOutcome> {
  const token = await ensureToken(address.tokenFile);
  // A holder may leave between our two questions, but not time after time.
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const server = createServer();
    const giveUp = new AbortController();
    const served = Promise.withResolvers<Handlers>();
    serveControl(server, { token, handlers: served.promise, idleMs, signal: giveUp.signal });
    if (await listen(server, address)) {
      return {
        kind: 'acquired',
        serve: served.resolve,
        async release() {
          const closed = close(server, address);
          giveUp.abort();
          await closed;
        },
      };
    }
    const pid = await askHolder(address, greetingWithinMs);
    if (pid !== 'gone') return { kind: 'held', pid };
  }
  return { kind: 'held', pid: null };
}

/** False when somebody else listens there. */
async function listen(server: Server, { path, isFile }: ControlAddress): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  server.on('error', (error) => {
    if (errorCode(error) === 'EADDRINUSE') resolve(false);
    else reject(error);
  });
  server.maxConnections = 64;
  server.listen({ path, exclusive: true }, () => resolve(true));
  const listening = await promise;
  if (listening && isFile) await chmod(path, 0o600);
  return listening;
}

async function askHolder(address: ControlAddress, greetingWithinMs: number): Promise<number | null | 'gone'> {
  try {
    const connection = await connect(address.path, { greetingWithinMs });
    if (connection !== null) {
      connection.socket.destroy();
      return connection.greeting?.pid ?? null;
    }
  } catch {
    // Somebody holds the address and cannot be talked to.
    return null;
  }
  if (address.isFile) await unlink(address.path).catch(() => undefined);
  return 'gone';
}

/** Resolves when nobody can connect any more; connections that are still busy end by themselves. */
async function close(server: Server, { path, isFile }: ControlAddress): Promise<void> {
  server.close();
  if (isFile) await unlink(path).catch(() => undefined);
}
