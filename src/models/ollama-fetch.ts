import { ReadableStream } from 'node:stream/web';
import { Agent, fetch as undiciFetch } from 'undici';
import { Failure } from '../domain/failure.ts';
import { readJsonLines } from './json-lines.ts';
import { classifyErrorLine, classifyNetworkError, classifyRefusal, source } from './ollama-errors.ts';
import type { Asked } from './ollama-errors.ts';

const longestAnswer = 32 * 1024 * 1024;
const longestRefusal = 64 * 1024;

export type Exchange = {
  asked: Asked;
  signal: AbortSignal;
  /** Given for a stream: `onLine` is called for every line, and the stream must end with the last one. */
  lines?: { onLine: () => void; isLast: (line: Record<string, unknown>) => boolean };
};

/** Connections to model servers. */
export type Wire = {
  /** A `fetch` for one exchange that hands the Ollama client nothing but complete, well-formed answers. */
  fetchFor(exchange: Exchange): typeof fetch;
  close(): Promise<void>;
};

/**
 * Ollama sends headers only with the first token, which may take longer than undici's own limits, so these are off and
 * the exchange's signal is the only clock. Refusals become failures before the client sees them: it would print to
 * standard output, and it skips lines that it cannot parse.
 */
export function openWire(connectTimeout: number): Wire {
  const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: connectTimeout } });
  return {
    fetchFor: (exchange) => async (input, init) => {
      const response = await request(input as string, init ?? {}, exchange, dispatcher);
      const chunks = received(response.body ?? [], exchange.asked);
      const text = exchange.lines
        ? streamOf(checkedLines(chunks, exchange.asked, exchange.lines))
        : await readWhole(chunks, exchange.asked);
      return new Response(text, { headers: { 'content-type': 'application/json' } });
    },
    close: () => dispatcher.destroy(),
  };
}

/** Node's web streams are the browser's; their types are written twice. */
function streamOf(chunks: AsyncIterable<Uint8Array>): ConstructorParameters<typeof Response>[0] {
  return ReadableStream.from(chunks);
}

async function request(url: string, init: RequestInit, exchange: Exchange, dispatcher: Agent) {
  const response = await undiciFetch(url, {
    method: init.method ?? 'GET',
    headers: init.headers as Record<string, string>,
    body: (init.body ?? null) as string | null,
    redirect: 'manual',
    signal: exchange.signal,
    dispatcher,
  }).catch((error: unknown) => {
    exchange.signal.throwIfAborted();
    throw classifyNetworkError(error, exchange.asked) ?? error;
  });
  if (response.ok) return response;
  const body = received(response.body ?? [], exchange.asked);
  const { text } = await readText(body, longestRefusal);
  throw classifyRefusal(
    {
      status: response.status,
      body: text,
      retryAfter: response.headers.get('retry-after'),
      date: response.headers.get('date'),
      location: response.headers.get('location'),
    },
    exchange.asked,
  );
}

async function* received(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  asked: Asked,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    throw new Failure('MODEL_STREAM_BROKEN', `${source(asked)} broke off in the middle of its answer.`, {
      cause,
    });
  }
}

async function* checkedLines(
  chunks: AsyncIterable<Uint8Array>,
  asked: Asked,
  { onLine, isLast }: NonNullable<Exchange['lines']>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const line of readJsonLines(chunks, source(asked))) {
    if ('error' in line) throw classifyErrorLine(line['error'], asked);
    onLine();
    yield encoder.encode(`${JSON.stringify(line)}\n`);
    if (isLast(line)) return;
  }
  throw new Failure('MODEL_STREAM_BROKEN', `The answer of ${source(asked)} ended before it was done.`);
}

async function readWhole(chunks: AsyncIterable<Uint8Array>, asked: Asked): Promise<string> {
  const { text, isCut } = await readText(chunks, longestAnswer);
  if (!isCut) return text;
  throw new Failure(
    'MODEL_STREAM_BROKEN',
    `${source(asked)} answered with more than ${longestAnswer} bytes.`,
  );
}

async function readText(chunks: AsyncIterable<Uint8Array>, limit: number) {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    parts.push(chunk);
    if (size > limit) break;
  }
  return { text: Buffer.concat(parts).subarray(0, limit).toString('utf8'), isCut: size > limit };
}
