import type { Socket } from 'node:net';

/** The lines of a socket without their ends. Throws on a line over `maxBytes`: a peer may not fill our memory. */
export async function* readLines(socket: Socket, maxBytes: number): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      if (length + end - start > maxBytes) throw new Error(`a line is longer than ${maxBytes} bytes`);
      yield Buffer.concat([...parts, chunk.subarray(start, end)]).toString();
      parts = [];
      length = 0;
      start = end + 1;
    }
    parts.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > maxBytes) throw new Error(`a line is longer than ${maxBytes} bytes`);
  }
}
