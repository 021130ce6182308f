import { ReadableStream } from 'node:stream/web';
import { Failure } from '../domain/failure.ts';
import { readJsonLines } from './json-lines.ts';
import { classifyErrorLine, dialectOf, source } from './ollama-errors.ts';
import type { Asked } from './ollama-errors.ts';
import { readText } from './wire.ts';
import type { Wire, WireExchange } from './wire.ts';

const longestAnswer = 32 * 1024 * 1024;

export type Exchange = Pick<WireExchange, 'signal' | 'within'> & {
  asked: Asked;
  /** Given for a stream: `onLine` is called for every line, and the stream must end with the last one. */
  lines?: { onLine: () => void; isLast: (line: Record<string, unknown>) => boolean };
};

/**
 * A `fetch` for one exchange that hands the Ollama client nothing but complete, well-formed answers. Refusals become
 * failures before the client sees them: it would print to standard output, and it skips lines that it cannot parse.
 */
export function fetchFor(wire: Wire, { asked, lines, ...limits }: Exchange): typeof fetch {
  return async (input, init) => {
    const { body } = await wire.send(input as string, init ?? {}, { dialect: dialectOf(asked), ...limits });
    const text = lines ? streamOf(checkedLines(body, asked, lines)) : await readWhole(body, asked);
    return new Response(text, { headers: { 'content-type': 'application/json' } });
  };
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
