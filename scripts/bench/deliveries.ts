import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { quantile } from './samples.ts';
import { openSite } from './site.ts';

export type Deliveries = { count: number; seconds: number; p50Ms: number; p99Ms: number; accepted: number };

const count = 1000;
const everyMs = 10;

/**
 * A thousand signed deliveries in ten seconds to the built daemon, each of them on disk before it is answered: how long
 * an answer takes, measured from when it was due.
 */
export async function measureDeliveries(): Promise<Deliveries> {
  await using stack = new AsyncDisposableStack();
  const forge = { kind: 'github', baseUrl: await startForge(stack), repository: 'acme/greeter' };
  const site = await openSite(stack, { config: { forge } });
  const secret = randomBytes(32).toString('hex');
  Object.assign(site.env, { GITHUB_TOKEN: 'none', GITHUB_WEBHOOK_SECRET: secret });
  const { url } = await site.start().until('server:listening');
  // As many connections as a forge keeps open, not one for each delivery.
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  stack.defer(() => agent.destroy());
  const hook = { url: `${url}/webhook`, agent, secret };
  const began = performance.now();
  const answers = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const due = began + index * everyMs;
      await wait(Math.max(0, due - performance.now()));
      const { status, outcome } = await deliver(hook, index + 1);
      if (status !== 202) throw new Error(`Delivery ${index + 1} was answered with ${status}.`);
      return { ms: performance.now() - due, outcome };
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  const took = answers.map(({ ms }) => ms);
  const accepted = answers.filter(({ outcome }) => outcome === 'accepted').length;
  return { count, seconds, p50Ms: quantile(took, 0.5), p99Ms: quantile(took, 0.99), accepted };
}

type Hook = { url: string; agent: Agent; secret: string };

/** Of a pull request that is none of ours: asked about nowhere, and written down all the same. */
async function deliver(
  { url, agent, secret }: Hook,
  number: number,
): Promise<{ status: number; outcome: string | undefined }> {
  const repository = { full_name: 'acme/greeter' };
  const body = JSON.stringify({ action: 'closed', repository, pull_request: { number: number + 1_000_000 } });
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const asked = request(url, {
    method: 'POST',
    agent,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'pull_request',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${signature}`,
    },
  });
  asked.end(body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const { outcome } = (await json(response)) as { outcome?: string };
  return { status: response.statusCode ?? 0, outcome };
}

/** A forge on which there is nothing. */
async function startForge(stack: AsyncDisposableStack): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stack.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
