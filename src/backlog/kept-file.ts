import { closeSync, openSync, readSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { Stamp } from '../files/stamp.ts';

/**
 * One file of many texts, each under the name of the file that it was made of and for one version of that. First comes
 * a line that says who wrote it, then the names, then numbers for each, then the texts, which are read when they are
 * asked for. It may be gone, torn or damaged at any time: then what it held is not there.
 */
export type KeptFile = {
  size: number;
  /** Good until the next is asked for, best in the order of names; null when there is none for that version. */
  find(name: string, stamp: Stamp): Buffer | null;
  /** What there is under a name, for whatever version, to be written again; undefined when there is nothing. */
  take(name: string): KeptText | undefined;
  close(): void;
};

export type KeptText = { stamp: Stamp; length: number; crc: number; bytes: () => Uint8Array };

/** Another layout has another number. */
const format = 1;

type Header = { format: number; version: string; count: number; names: number; crc: number };

const headerBytes = 256;
/** Of each text: the five numbers of its stamp, where it begins after all these, its length, its checksum. */
const columns = 8;
const windowBytes = 256 * 1024;

/** `version` is of the program that wrote it: what another one makes of a file is not known. */
export function openKeptFile(path: string, version: string): KeptFile {
  let fd: number | null = null;
  try {
    fd = openSync(path, 'r');
    return readKept(fd, version);
  } catch {
    if (fd !== null) closeSync(fd);
    return { size: 0, find: () => null, take: () => undefined, close: () => undefined };
  }
}

/** Throws whatever it stumbles over. */
function readKept(fd: number, version: string): KeptFile {
  const { places, numbers, begin } = readIndex(fd, version);
  const window = openWindow(fd);
  const number = (row: number, column: number): bigint => numbers[row * columns + column] ?? 0n;
  const textOf = (row: number): Buffer => window(begin + Number(number(row, 5)), Number(number(row, 6)));
  const crcOf = (row: number): number => Number(number(row, 7));

  function isOf(row: number, { dev, ino, size, mtimeNs, ctimeNs }: Stamp): boolean {
    const isFile = number(row, 1) === ino && number(row, 0) === dev;
    return isFile && number(row, 4) === ctimeNs && number(row, 3) === mtimeNs && number(row, 2) === size;
  }

  function stampAt(row: number): Stamp {
    const [dev, ino, size] = [number(row, 0), number(row, 1), number(row, 2)];
    return { dev, ino, size, mtimeNs: number(row, 3), ctimeNs: number(row, 4) };
  }

  return {
    size: places.size,
    find(name, stamp) {
      const row = places.get(name);
      if (row === undefined || !isOf(row, stamp)) return null;
      const bytes = textOf(row);
      return crc32(bytes) === crcOf(row) ? bytes : null;
    },
    take(name) {
      const row = places.get(name);
      if (row === undefined) return undefined;
      const length = Number(number(row, 6));
      return { stamp: stampAt(row), length, crc: crcOf(row), bytes: () => textOf(row) };
    },
    close() {
      closeSync(fd);
    },
  };
}

function readIndex(fd: number, version: string) {
  const [line = ''] = fill(Buffer.alloc(headerBytes), fd, 0).toString('latin1').split('\n', 1);
  const header = JSON.parse(line) as Header;
  if (header.format !== format || header.version !== version) throw new Error('of another program');
  const first = line.length + 1;
  const names = fill(Buffer.alloc(header.names), fd, first);
  const rows = fill(Buffer.alloc(header.count * columns * 8), fd, first + header.names);
  if (crc32(rows, crc32(names)) !== header.crc) throw new Error('damaged');
  const numbers = new BigInt64Array(rows.buffer, rows.byteOffset, header.count * columns);
  const places = new Map(split(names).map((name, row) => [name, row]));
  return { places, numbers, begin: first + names.length + rows.length };
}

/** No name of a file holds a zero. */
function split(names: Buffer): string[] {
  return names.length === 0 ? [] : names.toString().split('\0');
}

/** One call of the system brings many texts, and all go through one piece of memory. */
function openWindow(fd: number): (at: number, length: number) => Buffer {
  let start = 0;
  let window = Buffer.alloc(0);
  let memory = Buffer.alloc(0);
  return (at, length) => {
    if (at < start || at + length > start + window.length) {
      if (memory.length < length) memory = Buffer.allocUnsafeSlow(Math.max(length, windowBytes));
      start = at;
      window = fill(memory, fd, at);
    }
    return window.subarray(at - start, at - start + length);
  };
}

/** Fewer bytes where the file ends before. */
function fill(memory: Buffer<ArrayBuffer>, fd: number, at: number): Buffer<ArrayBuffer> {
  let read = 0;
  for (let more = -1; more !== 0 && read < memory.length; read += Math.max(more, 0))
    more = readSync(fd, memory, read, memory.length - read, at + read);
  return memory.subarray(0, read);
}

/** Whole or not at all as far as a dying process goes; what a power cut leaves of it is found to be damaged. */
export async function writeKeptFile(
  path: string,
  version: string,
  texts: ReadonlyMap<string, KeptText>,
): Promise<void> {
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
function* pieces(version: string, texts: ReadonlyMap<string, KeptText>): Generator<Uint8Array> {
  let piece = writeIndex(version, texts);
  let size = 0;
  for (const { length, bytes } of texts.values()) {
    // Fewer than expected where they were cut off: they are damaged, and stay in their place.
    piece.push(Buffer.concat([bytes()], length));
    size += length;
    if (size < windowBytes) continue;
    yield Buffer.concat(piece);
    piece = [];
    size = 0;
  }
  yield Buffer.concat(piece);
}

function writeIndex(version: string, texts: ReadonlyMap<string, KeptText>): Uint8Array[] {
  const names = Buffer.from([...texts.keys()].join('\0'));
  const numbers = new BigInt64Array(texts.size * columns);
  let row = 0;
  let at = 0;
  for (const { stamp, length, crc } of texts.values()) {
    const { dev, ino, size, mtimeNs, ctimeNs } = stamp;
    numbers.set([dev, ino, size, mtimeNs, ctimeNs, BigInt(at), BigInt(length), BigInt(crc)], row * columns);
    row += 1;
    at += length;
  }
  const rows = new Uint8Array(numbers.buffer);
  const crc = crc32(rows, crc32(names));
  const header: Header = { format, version, count: texts.size, names: names.length, crc };
  return [Buffer.from(`${JSON.stringify(header)}\n`), names, rows];
}
