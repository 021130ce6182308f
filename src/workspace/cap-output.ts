/** Output that never grows beyond `limit` bytes: the beginning and the end are kept, the middle is counted. */
export type CappedOutput = {
  add(chunk: Buffer): void;
  /** Bytes that were left out of the middle. */
  cut(): number;
  text(): string;
};

export function capOutput(limit: number): CappedOutput {
  const half = Math.floor(limit / 2);
  const head: Buffer[] = [];
  let headSize = 0;
  let tail: Buffer[] = [];
  let tailSize = 0;
  let cutSize = 0;

  function shortenTail(): void {
    const all = Buffer.concat(tail, tailSize);
    const kept = all.subarray(Math.max(0, all.length - half));
    cutSize += all.length - kept.length;
    tail = [kept];
    tailSize = kept.length;
  }

  return {
    add(chunk) {
      const forHead = chunk.subarray(0, half - headSize);
      if (forHead.length > 0) head.push(forHead);
      headSize += forHead.length;
      const rest = chunk.subarray(forHead.length);
      if (rest.length > 0) tail.push(rest);
      tailSize += rest.length;
      // Copying on every chunk would be quadratic for a program that prints line by line.
      if (tailSize > 2 * half + 65_536) shortenTail();
    },
    cut() {
      if (tailSize > half) shortenTail();
      return cutSize;
    },
    text() {
      if (tailSize > half) shortenTail();
      const first = Buffer.concat(head);
      const last = Buffer.concat(tail);
      if (cutSize === 0) return Buffer.concat([first, last]).toString('utf8');
      return `${withoutBrokenEnd(first)}\n[… ${cutSize} bytes cut out …]\n${withoutBrokenStart(last)}`;
    },
  };
}

/** A character that the cut went through is left out rather than shown as a replacement mark. */
function withoutBrokenEnd(bytes: Buffer): string {
  let start = bytes.length;
  for (let back = 1; back <= 4 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    if (length > back) start = bytes.length - back;
    break;
  }
  return bytes.subarray(0, start).toString('utf8');
}

function withoutBrokenStart(bytes: Buffer): string {
  let start = 0;
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.subarray(start).toString('utf8');
}
