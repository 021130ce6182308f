import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/**
 * One file of many texts, each under a name and for one version of what the name stands for: a line that says who wrote
 * it, an index, then the texts one after the other. A text is read when it is asked for, so that opening costs what the
 * index does. The file may be gone, torn or damaged at any time: then what it held is not there.
 */
export type KeptFile = {
  texts: ReadonlyMap<string, KeptText>;
  /** Good until the next is read; null when it is damaged. Those that lie together are best asked for together. */
  read(text: KeptText): Buffer | null;
  close(): void;
};

/** `at` and `length` in bytes. */
export type KeptText = { stamp: string; at: number; length: number; crc: number };

/** Another layout has another number. */
const format = 1;

/** `version` is of the program that wrote it: what another one makes of a text is not known. */
export function openKeptFile(path: string, version: string): KeptFile {
  let fd: number | null = null;
  try {
    fd = openSync(path, 'r');
    const opened = fd;
    const texts = readIndex(opened, version);
    const close = (): void => {
      closeSync(opened);
    };
    return { texts, read: readWindows(opened), close };
  } catch {
    if (fd !== null) closeSync(fd);
    return { texts: new Map(), read: () => null, close: () => undefined };
  }
}

type Header = { format: number; version: string; index: number; crc: number };

const headerBytes = 256;

/** Throws whatever it stumbles over. */
function readIndex(fd: number, version: string): Map<string, KeptText> {
  const [line = ''] = fill(Buffer.alloc(headerBytes), fd, 0).toString('latin1').split('\n', 1);
  const header = JSON.parse(line) as Header;
  const first = line.length + 1;
  const isOurs = header.format === format && header.version === version;
  if (!isOurs || first + header.index > fstatSync(fd).size) return new Map();
  const index = fill(Buffer.alloc(header.index), fd, first);
  if (crc32(index) !== header.crc) return new Map();
  const texts = new Map<string, KeptText>();
  let at = first + header.index;
  for (const [name, stamp, length, crc] of JSON.parse(index.toString()) as IndexRow[]) {
    texts.set(name, { stamp, at, length, crc });
    at += length;
  }
  return texts;
}

type IndexRow = [name: string, stamp: string, length: number, crc: number];

const windowBytes = 256 * 1024;

/** One call of the system brings many texts, and all go through one piece of memory. */
function readWindows(fd: number): KeptFile['read'] {
  let start = 0;
  let window = Buffer.alloc(0);
  let memory = Buffer.alloc(0);
  return ({ at, length, crc }) => {
    if (at < start || at + length > start + window.length) {
      if (memory.length < length) memory = Buffer.allocUnsafeSlow(Math.max(length, windowBytes));
      start = at;
      window = fill(memory, fd, at);
    }
    const bytes = window.subarray(at - start, at - start + length);
    return crc32(bytes) === crc ? bytes : null;
  };
}

/** Fewer bytes where the file ends before. */
function fill(memory: Buffer<ArrayBuffer>, fd: number, at: number): Buffer<ArrayBuffer> {
  let read = 0;
  for (let more = -1; more !== 0 && read < memory.length; read += Math.max(more, 0))
    more = readSync(fd, memory, read, memory.length - read, at + read);
  return memory.subarray(0, read);
}

/** A text to be written: `bytes` are asked for when it is its turn. */
export type NewText = Omit<KeptText, 'at'> & { name: string; bytes: () => Uint8Array | null };

/** Whole or not at all as far as a dying process goes; what a power cut leaves of it is found to be damaged. */
export async function writeKeptFile(path: string, version: string, texts: readonly NewText[]): Promise<void> {
  const temporary = `${path}.new`;
  try {
    await writeFile(temporary, pieces(version, texts), { mode: 0o600 });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** In pieces large enough for few calls and small enough for little memory. */
function* pieces(version: string, texts: readonly NewText[]): Generator<Uint8Array> {
  const rows = texts.map(({ name, stamp, length, crc }): IndexRow => [name, stamp, length, crc]);
  const index = Buffer.from(JSON.stringify(rows));
  const header: Header = { format, version, index: index.length, crc: crc32(index) };
  let piece: Uint8Array[] = [Buffer.from(`${JSON.stringify(header)}\n`), index];
  let size = index.length;
  for (const { length, bytes } of texts) {
    // What was damaged stays so, and is found to be.
    piece.push(Buffer.from(bytes() ?? Buffer.alloc(length)));
    size += length;
    if (size < windowBytes) continue;
    yield Buffer.concat(piece);
    piece = [];
    size = 0;
  }
  yield Buffer.concat(piece);
}
