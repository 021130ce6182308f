import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { WireChat, WireReply } from '../../scripts/demo/ollama-wire-chat.ts';
import type { WireModel } from '../../scripts/demo/ollama-wire-models.ts';
import type { WireRequest } from '../../scripts/demo/ollama-wire-routes.ts';
import { send } from '../../scripts/demo/ollama-wire-send.ts';
import type { RawAnswer, WireOutcome, WireRefusal } from '../../scripts/demo/ollama-wire-send.ts';
import { startWireServer } from '../../scripts/demo/ollama-wire-server.ts';

/** What a chat is answered with; a plain string is a text. */
export type FakeAnswer = string | WireReply | WireRefusal | Fault | RawAnswer;

/** What can go wrong on the way. */
export type Fault =
  /** Takes the request and never sends a header. */
  | { fault: 'hang' }
  /** Sends the text as tokens, then nothing more. */
  | { fault: 'stall'; text: string }
  /** Sends the text, then ends: without `done`, inside a line, inside a character, or by a reset connection. */
  | { fault: 'cut'; text: string; at: 'stream' | 'line' | 'character' | 'connection' }
  | { fault: 'error-line'; text: string; error: unknown }
  /** Sends exactly these pieces. */
  | { fault: 'bytes'; pieces: (string | Uint8Array)[]; contentType?: string };

export type FakeRequest = WireRequest & {
  /** How the exchange ended, as the server saw it. */
  ended: Promise<'finished' | 'aborted'>;
};

export type FakeOllamaOptions = {
  models?: readonly WireModel[];
  registry?: readonly WireModel[];
  /** A list is a queue. A chat without an answer left is answered with a 500 that says so. */
  script?: readonly FakeAnswer[] | ((chat: WireChat) => FakeAnswer | Promise<FakeAnswer>);
  /** An answer in place of Ollama's own for any request, such as a broken `/api/tags`. */
  instead?: (request: WireRequest) => WireOutcome | Fault | undefined;
  version?: string;
  port?: number;
};

export interface FakeOllama extends AsyncDisposable {
  readonly url: string;
  /** All requests so far, in the order they came. */
  readonly requests: readonly FakeRequest[];
  /** The bodies of the requests for `/api/chat` so far. */
  chats(): Record<string, unknown>[];
  /** Puts answers at the end of the queue, which goes before a script. */
  reply(...answers: FakeAnswer[]): void;
  /** Resolves with the `count`th request for a path, once it has come. */
  received(path: string, count?: number): Promise<FakeRequest>;
  close(): Promise<void>;
}

/** A real server on a free port that speaks Ollama's wire format and answers as the test prepared it. */
export async function startFakeOllama(options: FakeOllamaOptions = {}): Promise<FakeOllama> {
  const queue = typeof options.script === 'function' ? [] : [...(options.script ?? [])];
  const script = typeof options.script === 'function' ? options.script : unprepared;
  const record = recordRequests();
  const server = await startWireServer({
    ...options,
    models: options.models ?? [{ name: 'coder:7b' }],
    answer: async (chat) => outcomeOf(queue.shift() ?? (await script(chat)), chat.model),
    before: (request, response) => {
      record.add(request, response);
      const outcome = options.instead?.(request);
      return outcome !== undefined && 'fault' in outcome ? (raw) => fail(raw, outcome, 'coder:7b') : outcome;
    },
  });
  return {
    url: server.url,
    requests: record.requests,
    chats: () => record.of('/api/chat').map((request) => request.body ?? {}),
    reply: (...answers) => void queue.push(...answers),
    received: record.received,
    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

function unprepared(chat: WireChat): never {
  throw new Error(`fake ollama: no answer prepared for ${JSON.stringify(chat.messages.at(-1))}`);
}

function recordRequests() {
  const requests: FakeRequest[] = [];
  let waiting: { path: string; count: number; resolve: (request: FakeRequest) => void }[] = [];
  const of = (path: string) => requests.filter((request) => request.path === path);
  const notify = () => {
    waiting = waiting.filter(({ path, count, resolve }) => {
      const request = of(path)[count - 1];
      if (request !== undefined) resolve(request);
      return request === undefined;
    });
  };
  return {
    requests,
    of,
    add(request: WireRequest, response: ServerResponse) {
      const ended = new Promise<'finished' | 'aborted'>((resolve) => {
        response.once('close', () => resolve(response.writableFinished ? 'finished' : 'aborted'));
      });
      requests.push({ ...request, ended });
      notify();
    },
    received: (path: string, count = 1) =>
      new Promise<FakeRequest>((resolve) => {
        waiting.push({ path, count, resolve });
        notify();
      }),
  };
}

function outcomeOf(answer: FakeAnswer, model: string): WireReply | WireRefusal | RawAnswer {
  if (typeof answer === 'string') return { text: answer };
  if (typeof answer === 'function' || !('fault' in answer)) return answer;
  return (response) => fail(response, answer, model);
}

async function fail(response: ServerResponse, fault: Fault, model: string): Promise<void> {
  if (fault.fault === 'hang') return;
  const contentType = fault.fault === 'bytes' ? fault.contentType : undefined;
  response.writeHead(200, { 'content-type': contentType ?? 'application/x-ndjson' });
  for (const piece of piecesOf(fault, model)) {
    await send(response, piece);
    await setImmediate();
  }
  if (fault.fault === 'stall') return;
  if (fault.fault === 'cut' && fault.at === 'connection') response.destroy();
  else response.end();
}

function piecesOf(fault: Exclude<Fault, { fault: 'hang' }>, model: string): (string | Uint8Array)[] {
  switch (fault.fault) {
    case 'bytes':
      return fault.pieces;
    case 'stall':
      return tokenLines(fault.text, model);
    case 'error-line':
      return [...tokenLines(fault.text, model), `${JSON.stringify({ error: fault.error })}\n`];
    case 'cut': {
      const lines = tokenLines(fault.text, model);
      if (fault.at === 'line') return [...lines, tokenLine('half', model).slice(0, 40)];
      if (fault.at === 'character') return [...lines, halfCharacter(model)];
      return lines;
    }
  }
}

/** One line of a stream that is not yet done. */
export function tokenLine(content: string, model = 'coder:7b'): string {
  const message = { role: 'assistant', content };
  return `${JSON.stringify({ model, created_at: '2026-01-02T10:00:00Z', message, done: false })}\n`;
}

/** The line that ends a stream. */
export function doneLine(model = 'coder:7b'): string {
  const counts = { prompt_eval_count: 7, eval_count: 3 };
  const message = { role: 'assistant', content: '' };
  const line = {
    model,
    created_at: '2026-01-02T10:00:00Z',
    message,
    done: true,
    done_reason: 'stop',
    ...counts,
  };
  return `${JSON.stringify(line)}\n`;
}

function tokenLines(text: string, model: string): string[] {
  return (text.match(/\s*\S+|\s+$/g) ?? []).map((token) => tokenLine(token, model));
}

function halfCharacter(model: string): Uint8Array {
  const bytes = Buffer.from(tokenLine('ä', model));
  return bytes.subarray(0, bytes.indexOf(0xc3) + 1);
}
