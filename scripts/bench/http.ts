import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { median } from './samples.ts';
import { openSite } from './site.ts';

export type Http = { healthRps: number; plainExpressRps: number; ratio: number };

const rounds = 5;
const roundMs = 1500;
const connections = 8;

/** Requests a second of `/health` and of a bare express route, in turns, so that both see the same machine. */
export async function measureHttp(): Promise<Http> {
  await using stack = new AsyncDisposableStack();
  const site = await openSite(stack);
  const daemon = site.start();
  const health = new URL('/health', (await daemon.until('server:listening')).url);
  const plain = fork(fileURLToPath(new URL('plain-express.ts', import.meta.url)));
  stack.defer(() => void plain.kill());
  const [address] = (await once(plain, 'message')) as [string];
  const other = new URL('/health', address);
  await Promise.all([load(health, 500), load(other, 500)]);
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    ours.push(await load(health, roundMs));
    theirs.push(await load(other, roundMs));
  }
  const [healthRps, plainExpressRps] = [median(ours), median(theirs)];
  return { healthRps, plainExpressRps, ratio: healthRps / plainExpressRps };
}

/** Requests a second over several connections, each of which asks again when it has its answer. */
async function load(url: URL, forMs: number): Promise<number> {
  const end = performance.now() + forMs;
  const counts = await Promise.all(Array.from({ length: connections }, () => askUntil(url, end)));
  return counts.reduce((sum, count) => sum + count, 0) / (forMs / 1000);
}

/** Over one connection after the other: a server may end one after a number of requests, and says so. */
async function askUntil(url: URL, end: number): Promise<number> {
  let count = 0;
  while (performance.now() < end) count += await askOnConnection(url, end);
  return count;
}

/** Cheaper than an HTTP client, which would be the slower half of what is measured. */
async function askOnConnection({ hostname, port, pathname, host }: URL, end: number): Promise<number> {
  const request = `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  const socket = connect(Number(port), hostname).setNoDelay(true).setEncoding('latin1');
  let count = 0;
  let heard = '';
  socket.on('data', (text: string) => {
    heard += text;
    const length = answerLength(heard);
    if (length === null || heard.length < length) return;
    if (!heard.startsWith('HTTP/1.1 200')) return void socket.destroy(new Error(heard.slice(0, 200)));
    const isLast = /^connection: close\r$/im.test(heard.slice(0, length));
    heard = heard.slice(length);
    count += 1;
    if (performance.now() < end && !isLast) socket.write(request);
    else socket.end();
  });
  socket.write(request);
  await once(socket, 'close');
  return count;
}

/** Characters of the first answer, head and body; null as long as its head is not whole. */
function answerLength(text: string): number | null {
  const head = text.indexOf('\r\n\r\n');
  if (head === -1) return null;
  const [, length] = /^content-length: (\d+)\r$/im.exec(text.slice(0, head + 1)) ?? [];
  return head + 4 + Number(length ?? 0);
}
