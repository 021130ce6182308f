import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Sees a piece of what is said, before it passes; false keeps it from passing. */
export type Sight = (text: string) => boolean | Promise<boolean>;

/** A way to a Redis on which words can be seen, be late or be stopped, while every connection stays open. */
export interface RedisGate extends AsyncDisposable {
  readonly url: string;
  /** From now on everything is so many milliseconds late, each way. */
  delay(ms: number): void;
  /** Nothing passes, in either direction, until it is opened. */
  shut(): void;
  open(): void;
}

export type Sights = { asked?: Sight; answered?: Sight };

type Way = { late: number; clear: PromiseWithResolvers<void> };

/** `url` of a Redis on a unix socket. */
export async function openRedisGate(url: string, sights: Sights = {}): Promise<RedisGate> {
  const directory = mkdtempSync(join(tmpdir(), 'tm-gate-'));
  const path = join(directory, 'socket');
  const way: Way = { late: 0, clear: Promise.withResolvers() };
  way.clear.resolve();
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const redis = createConnection(url.replace(/^unix:/, ''));
    for (const socket of [client, redis]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    pass({ from: client, to: redis, sight: sights.asked }, way);
    pass({ from: redis, to: client, sight: sights.answered }, way);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    url: `unix:${path}`,
    delay: (ms) => void (way.late = ms),
    shut: () => void (way.clear = Promise.withResolvers()),
    open: () => way.clear.resolve(),
    async [Symbol.asyncDispose]() {
      way.clear.resolve();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Keeps the order of the pieces, however long each of them is looked at. */
function pass(
  { from, to, sight = () => true }: { from: Socket; to: Socket; sight: Sight | undefined },
  way: Way,
): void {
  let turn = Promise.resolve();
  from.on('data', (piece) => {
    const due = performance.now() + way.late;
    turn = turn.then(async () => {
      const early = due - performance.now();
      if (early > 0) await sleep(early);
      await way.clear.promise;
      if ((await sight(piece.toString('latin1'))) && !to.destroyed) to.write(piece);
    });
  });
  from.on('close', () => void turn.then(() => to.destroy()));
}
