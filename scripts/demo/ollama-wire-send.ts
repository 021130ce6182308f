import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/** A refusal; `isOfRunner` ones come without a charset, as Ollama's runner sends them. */
export type WireRefusal = {
  status: number;
  error: string;
  headers?: Record<string, string>;
  isOfRunner?: boolean;
};

/** Answers a request by itself, byte by byte. */
export type RawAnswer = (response: ServerResponse) => void | Promise<void>;

/** What goes over the wire; `beforeLine` is awaited before each line of a stream. */
export type WireOutcome =
  | { json: object }
  | { lines: object[]; beforeLine?: ((index: number) => Promise<void>) | undefined }
  | { text: string; status: number; charset?: string }
  | WireRefusal
  | RawAnswer;

export async function sendOutcome(response: ServerResponse, outcome: WireOutcome): Promise<void> {
  if (typeof outcome === 'function') await outcome(response);
  else if ('json' in outcome) sendJson(response, 200, outcome.json);
  else if ('lines' in outcome) await sendLines(response, outcome.lines, outcome.beforeLine);
  else if ('text' in outcome) sendText(response, outcome);
  else sendRefusal(response, outcome);
}

/** Writes and waits until there is room for more; false once the client has gone. */
export async function send(response: ServerResponse, chunk: string | Uint8Array): Promise<boolean> {
  if (response.destroyed) return false;
  if (!response.write(chunk)) await firstOf(response, 'drain', 'close');
  return !response.destroyed;
}

async function firstOf(response: ServerResponse, ...events: string[]): Promise<void> {
  const over = new AbortController();
  await Promise.race(events.map((event) => once(response, event, { signal: over.signal })));
  over.abort();
}

async function sendLines(
  response: ServerResponse,
  lines: object[],
  beforeLine?: (index: number) => Promise<void>,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  for (const [index, line] of lines.entries()) {
    await beforeLine?.(index);
    if (!(await send(response, `${JSON.stringify(line)}\n`))) return;
  }
  response.end();
}

function sendRefusal(response: ServerResponse, refusal: WireRefusal): void {
  const value = { error: refusal.error };
  if (refusal.isOfRunner !== true) {
    sendJson(response, refusal.status, value, refusal.headers);
    return;
  }
  response.writeHead(refusal.status, { 'content-type': 'application/json', ...refusal.headers });
  response.write(JSON.stringify(value));
  response.end();
}

/** Go names the length of an answer as long as it fits its buffer. */
function sendJson(response: ServerResponse, status: number, value: object, headers = {}): void {
  const text = JSON.stringify(value);
  const length = Buffer.byteLength(text);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    ...(length > 2048 ? {} : { 'content-length': length }),
    ...headers,
  });
  response.write(text);
  response.end();
}

function sendText(
  response: ServerResponse,
  answer: { text: string; status: number; charset?: string },
): void {
  const charset = answer.charset === undefined ? '' : `; charset=${answer.charset}`;
  const length = Buffer.byteLength(answer.text);
  response.writeHead(answer.status, { 'content-type': `text/plain${charset}`, 'content-length': length });
  response.end(answer.text);
}
