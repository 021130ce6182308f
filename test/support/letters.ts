import { once } from 'node:events';
import type { IncomingHttpHeaders, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Letter = { path: string; headers: IncomingHttpHeaders; body: string };

/** A receiver on this machine that keeps what is posted to it. */
export type Letterbox = AsyncDisposable & {
  url: string;
  letters: Letter[];
  /** Resolves with everything once at least so many have come. */
  until: (count: number) => Promise<Letter[]>;
};

/** `answer`: the status of the nth letter, from 0; null: no answer at all. */
export async function openLetterbox(answer: (nth: number) => number | null = () => 200): Promise<Letterbox> {
  const letters: Letter[] = [];
  const watchers = new Set<() => void>();
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const status = answer(letters.length);
      letters.push({
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      });
      for (const notice of watchers) notice();
      if (status === null) return;
      response.writeHead(status, { location: 'http://127.0.0.1:1/', 'content-type': 'application/json' });
      response.end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    letters,
    until: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (letters.length >= count) resolve(letters);
        };
        watchers.add(look);
        look();
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
