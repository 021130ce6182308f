import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stockShelf } from './ollama-wire-models.ts';
import type { WireModel } from './ollama-wire-models.ts';
import { answerRequest } from './ollama-wire-routes.ts';
import type { Prepared, WireRequest } from './ollama-wire-routes.ts';
import { sendOutcome } from './ollama-wire-send.ts';
import type { WireOutcome } from './ollama-wire-send.ts';

export type WireServerOptions = {
  models: readonly WireModel[];
  answer: Prepared['answer'];
  /** Sees every request first; an outcome of its own is sent in place of Ollama's. */
  before?: (request: WireRequest, response: ServerResponse) => WireOutcome | undefined;
  registry?: readonly WireModel[];
  version?: string;
  /** Any free one when absent. */
  port?: number;
  now?: () => Date;
};

export interface WireServer extends AsyncDisposable {
  readonly url: string;
  close(): Promise<void>;
}

/** A server that speaks Ollama's protocol as its version 0.33 does, and gives prepared answers. Loopback only. */
export async function startWireServer(options: WireServerOptions): Promise<WireServer> {
  const now = options.now ?? (() => new Date());
  const { answer, registry = [], version = '0.33.0' } = options;
  const prepared = { shelf: stockShelf(options.models, now), version, answer, registry, now };
  const server = createServer((request, response) => {
    respond(prepared, options, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else void sendOutcome(response, { status: 500, error: String(error) });
    });
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => closeServer(server);
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close, [Symbol.asyncDispose]: close };
}

async function respond(
  prepared: Prepared,
  { before }: WireServerOptions,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const text = await readBody(message);
  const request = {
    method: message.method ?? 'GET',
    path: message.url?.split('?')[0] ?? '/',
    headers: message.headers,
    text,
    body: parseBody(text),
  };
  const outcome = before?.(request, response) ?? (await answerRequest(prepared, request));
  await sendOutcome(response, outcome);
}

async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function parseBody(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
