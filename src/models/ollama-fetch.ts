import { ReadableStream } from 'node:stream/web';
import { Failure } from '../domain/failure.ts';
import { readJsonLines } from './json-lines.ts';
import type { OllamaAddress } from './ollama-address.ts';
import { classifyErrorLine, dialectOf, source } from './ollama-errors.ts';
import type { Asked } from './ollama-errors.ts';
import { readText } from './wire.ts';
import type { Wire } from './wire.ts';

const longestAnswer = 32 * 1024 * 1024;

export type Exchange = {
  asked: Asked;
  signal: AbortSignal;
  /** Given for a stream: `onLine` is called for every line, and the stream must end with the last one. */
  lines?: { onLine: () => void; isLast: (line: Line) => boolean };
};

export type Line = Record<string, unknown>;

/** With a body it is posted. */
export type Question = { path: string; body?: object };

/**
 * A `fetch` for one exchange that hands the Ollama client nothing but complete, well-formed answers. Refusals become
 * failures before the client sees them: it would print to standard output, and it skips lines that it cannot parse.
 */
export function fetchFor(wire: Wire, { asked, signal, lines }: Exchange): typeof fetch {
  return async (input, init) => {
    const { body } = await wire.send(input as string, init ?? {}, { dialect: dialectOf(asked), signal });
    const text = lines ? streamOf(checkedLines(body, asked, lines)) : await readWhole(body, asked);
    return new Response(text, { headers: { 'content-type': 'application/json' } });
  };
}

/**
 * A short answer, without the client of the library: its headers, and our response to it, would have Node load the
 * whole of its fetch, which takes longer than the answer.
 */
export async function askShortly(
  { address, wire }: { address: OllamaAddress; wire: Wire },
  { path, body }: Question,
  { asked, signal }: Pick<Exchange, 'asked' | 'signal'>,
): Promise<unknown> {
  const headers = { ...address.headers, accept: 'application/json', 'content-type': 'application/json' };
  const sent = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
  const dialect = dialectOf(asked);
  const { body: chunks } = await wire.send(`${address.url}${path}`, sent, { dialect, signal });
  return JSON.parse(await readWhole(chunks, asked));
}

/** Node's web streams are the browser's; their types are written twice. */
function streamOf(chunks: AsyncIterable<Uint8Array>): ConstructorParameters<typeof Response>[0] {
  return ReadableStream.from(chunks);
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
