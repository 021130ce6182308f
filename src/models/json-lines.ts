import { TextDecoder } from 'node:util';
import { Failure } from '../domain/failure.ts';

const longestLine = 1024 * 1024;

/**
 * The objects of a stream of JSON lines, however its bytes were cut into chunks.
 * Throws `MODEL_STREAM_BROKEN` for a line that is no JSON object, too long, or cut off: a line that is left out
 * without a word would be a hole in the answer. `source` names the sender in messages.
 */
export async function* readJsonLines(
  chunks: AsyncIterable<Uint8Array>,
  source: string,
): AsyncGenerator<Record<string, unknown>> {
  // A byte order mark and broken UTF-8 are faults here, not something to mend quietly.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decode(decoder, chunk, source)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine) throw tooLong(source);
    for (const line of lines) if (line.trim() !== '') yield parseLine(line, source);
  }
  rest += decode(decoder, null, source);
  if (rest.trim() !== '') yield parseLine(rest, source);
}

function decode(decoder: TextDecoder, chunk: Uint8Array | null, source: string): string {
  try {
    return chunk === null ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch (cause) {
    throw new Failure('MODEL_STREAM_BROKEN', `${source} sent bytes that are no UTF-8 text.`, { cause });
  }
}

function parseLine(line: string, source: string): Record<string, unknown> {
  if (line.length > longestLine) throw tooLong(source);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new Failure(
    'MODEL_STREAM_BROKEN',
    `${source} sent ${JSON.stringify(line.slice(0, 120))} where a whole line with a JSON object was expected.`,
  );
}

function tooLong(source: string): Failure {
  return new Failure('MODEL_STREAM_BROKEN', `${source} sent a line of more than ${longestLine} characters.`);
}
