import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createConnection } from 'node:net';
import { errorCode } from '../files/disk.ts';
import { readLines } from './read-lines.ts';
import type { Greeting } from './wire.ts';
import { greetingSchema, maxLineBytes, parseLine } from './wire.ts';

/** A line to whoever holds an address; `greeting` is null when it said nothing, or nothing we understand, in time. */
export type Connection = {
  socket: Socket;
  greeting: Greeting | null;
  /** The lines after the greeting. */
  lines: AsyncGenerator<string>;
};

/** Null when nobody holds the address. The caller destroys the socket. */
export async function connect(
  path: string,
  { greetingWithinMs, signal }: { greetingWithinMs: number; signal?: AbortSignal },
): Promise<Connection | null> {
  const timeout = AbortSignal.timeout(greetingWithinMs);
  const limit = signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
  const socket = createConnection(path);
  // Errors reach whoever reads or waits; without a listener they would end the process.
  socket.on('error', () => undefined);
  try {
    await once(socket, 'connect', { signal: limit });
    const lines = readLines(socket, maxLineBytes);
    const first = await Promise.race([lines.next(), aborted(limit)]);
    const greeting = first === null || first.done === true ? null : parseLine(first.value, greetingSchema);
    signal?.throwIfAborted();
    return { socket, greeting, lines };
  } catch (error) {
    socket.destroy();
    signal?.throwIfAborted();
    if (['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes(errorCode(error))) return null;
    throw error;
  }
}

/** Resolves with null when the signal fires. */
export function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
}
