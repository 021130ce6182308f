import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { CloudFormat, CloudReply } from './cloud-formats.ts';

/** What a chat is answered with; a plain string is a text. */
export type CloudAnswer =
  | string
  | CloudReply
  | { refuse: number; message: string; type?: string; headers?: Record<string, string> }
  /** Sends exactly this with this status. */
  | { raw: string; status?: number; headers?: Record<string, string> }
  /** Takes the request and never sends a header. */
  | { fault: 'hang' }
  /** Sends the text as tokens, then nothing more, an end without a reason, a reset, half an event, or an error. */
  | { fault: 'stall' | 'cut' | 'reset' | 'half' | 'error'; text: string; message?: string; type?: string };

export type CloudRequest = {
  path: string;
  headers: IncomingMessage['headers'];
  body: Record<string, unknown>;
  /** How the exchange ended, as the server saw it. */
  ended: Promise<'finished' | 'aborted'>;
};

export interface FakeCloud extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly CloudRequest[];
  /** Puts answers at the end of the queue; a chat without an answer left is answered with a text. */
  reply(...answers: CloudAnswer[]): void;
  /** Resolves with the `count`th request, once it has come. */
  received(count?: number): Promise<CloudRequest>;
}

/** A real server on a free port that speaks one provider's format and answers as the test prepared it. */
export async function startFakeCloud(format: CloudFormat, ...script: CloudAnswer[]): Promise<FakeCloud> {
  const queue = [...script];
  const requests: CloudRequest[] = [];
  let waiting: { count: number; resolve: (request: CloudRequest) => void }[] = [];
  const notify = (): void => {
    waiting = waiting.filter(({ count, resolve }) => {
      const request = requests[count - 1];
      if (request !== undefined) resolve(request);
      return request === undefined;
    });
  };
  const server = createServer((request, response) => {
    const ended = new Promise<'finished' | 'aborted'>((resolve) => {
      response.once('close', () => resolve(response.writableFinished ? 'finished' : 'aborted'));
    });
    void readBody(request).then(async (body) => {
      requests.push({ path: request.url ?? '', headers: request.headers, body, ended });
      notify();
      await answer(response, queue.shift() ?? 'Well.', format);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    reply: (...answers) => void queue.push(...answers),
    received: (count = 1) =>
      new Promise((resolve) => {
        waiting.push({ count, resolve });
        notify();
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

async function answer(response: ServerResponse, given: CloudAnswer, format: CloudFormat): Promise<void> {
  const prepared = typeof given === 'string' ? { text: given } : given;
  if ('raw' in prepared) {
    response.writeHead(prepared.status ?? 200, { 'content-type': 'text/event-stream', ...prepared.headers });
    response.end(prepared.raw);
    return;
  }
  if ('refuse' in prepared) {
    const { refuse: status, message, type = 'error', headers } = prepared;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(format.error({ message, type, status })));
    return;
  }
  if ('fault' in prepared) await fail(response, prepared, format);
  else await stream(response, [...format.begin(prepared), ...format.end(prepared)], format.tail);
}

async function fail(
  response: ServerResponse,
  given: Extract<CloudAnswer, { fault: string }>,
  format: CloudFormat,
): Promise<void> {
  if (given.fault === 'hang') return;
  const { fault, text, message = 'The server had an error', type = 'server_error' } = given;
  const events = format.begin({ text });
  const last = fault === 'error' ? [format.errorEvent({ message, type, status: 500 })] : [];
  await stream(response, [...events, ...last], fault === 'half' ? 'data: {"id":"chatcm' : null);
  if (fault === 'reset') response.destroy();
  else if (fault !== 'stall') response.end();
}

/** `tail`: what ends the answer; null leaves it open. */
async function stream(
  response: ServerResponse,
  events: readonly object[],
  tail: string | null,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of events) {
    const name = 'type' in event && typeof event.type === 'string' ? `event: ${event.type}\n` : '';
    response.write(`${name}data: ${JSON.stringify(event)}\n\n`);
    await setImmediate();
  }
  if (tail !== null) response.end(tail);
}
