import { ReadableStream } from 'node:stream/web';
import { Failure } from '../domain/failure.ts';

const longestLine = 1024 * 1024;
const newline = 10;

/** The same bytes, until a line is too long to be kept in memory: then `MODEL_STREAM_BROKEN`. */
export function limitLines(
  chunks: AsyncIterable<Uint8Array>,
  source: string,
): ConstructorParameters<typeof Response>[0] {
  return ReadableStream.from(checked(chunks, source));
}

async function* checked(chunks: AsyncIterable<Uint8Array>, source: string): AsyncGenerator<Uint8Array> {
  let open = 0;
  for await (const chunk of chunks) {
    const last = chunk.lastIndexOf(newline);
    open = last === -1 ? open + chunk.byteLength : chunk.byteLength - 1 - last;
    if (open > longestLine)
      throw new Failure('MODEL_STREAM_BROKEN', `${source} sent a line of more than ${longestLine} bytes.`);
    yield chunk;
  }
}
