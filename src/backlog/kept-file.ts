import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { Stamp } from '../files/stamp.ts';

/**
 * One file of many texts, each under the name of the file that it was made of and for one version of that. First come
 * the texts, which are read when they are asked for, then their names, then numbers for each, and last what says who
 * wrote it and where all this begins. It may be gone, torn or damaged at any time: then what it held is not there.
 */
export type KeptFile = {
  size: number;
  /** Good until the next is asked for, best in the order of names; null when there is none for that version. */
  find(name: string, stamp: Stamp): Buffer | null;
  /** What there is under a name for whatever version, to be written again at once; null when there is nothing. */
  take(name: string): KeptText | null;
  close(): void;
};

export type KeptText = { stamp: Stamp; bytes: Uint8Array };

/** Another layout has another number. */
const format = 3;

/** `at`, `names` and `rows` in bytes: where the names begin, and how long they and the numbers are. */
type Trailer = { format: number; version: string; at: number; names: number; rows: number; crc: number };

const trailerBytes = 256;
/** Of each text: the five numbers of its stamp, where it begins, its length, its checksum. */
const columns = 8;
const numberBytes = 8;
const windowBytes = 256 * 1024;

/** `version` is of the program that wrote it: what another one makes of a file is not known. */
export function openKeptFile(path: string, version: string): KeptFile {
  let fd: number | null = null;
  try {
    fd = openSync(path, 'r');
    return readKept(fd, version);
  } catch {
    if (fd !== null) closeSync(fd);
    return { size: 0, find: nothing, take: nothing, close: () => undefined };
  }
}

const nothing = (): null => null;

/** Throws whatever it stumbles over. */
function readKept(fd: number, version: string): KeptFile {
  const { places, numbers } = readIndex(fd, version);
  const window = openWindow(fd);
  const number = (row: number, column: number): bigint =>
    numbers.getBigInt64((row * columns + column) * numberBytes, true);

  function isOf(row: number, { dev, ino, size, mtimeNs, ctimeNs }: Stamp): boolean {
    const isFile = number(row, 1) === ino && number(row, 0) === dev;
    return isFile && number(row, 4) === ctimeNs && number(row, 3) === mtimeNs && number(row, 2) === size;
  }

  function stampAt(row: number): Stamp {
    const [dev, ino, size] = [number(row, 0), number(row, 1), number(row, 2)];
    return { dev, ino, size, mtimeNs: number(row, 3), ctimeNs: number(row, 4) };
  }

  function textAt(row: number): Buffer | null {
    const bytes = window(Number(number(row, 5)), Number(number(row, 6)));
    return crc32(bytes) === Number(number(row, 7)) ? bytes : null;
  }

  return {
    size: places.size,
    find(name, stamp) {
      const row = places.get(name);
      return row === undefined || !isOf(row, stamp) ? null : textAt(row);
    },
    take(name) {
      const row = places.get(name);
      const bytes = row === undefined ? null : textAt(row);
      return row === undefined || bytes === null ? null : { stamp: stampAt(row), bytes };
    },
    close() {
      closeSync(fd);
    },
  };
}

function readIndex(fd: number, version: string) {
  const last = fill(Buffer.alloc(trailerBytes), fd, Math.max(0, fstatSync(fd).size - trailerBytes));
  const trailer = JSON.parse(last.toString()) as Trailer;
  if (trailer.format !== format || trailer.version !== version) throw new Error('of another program');
  const names = fill(Buffer.alloc(trailer.names), fd, trailer.at);
  const rows = fill(Buffer.alloc(trailer.rows), fd, trailer.at + trailer.names);
  if (crc32(rows, crc32(names)) !== trailer.crc) throw new Error('damaged');
  const numbers = new DataView(rows.buffer, rows.byteOffset, rows.length);
  // No name of a file holds a zero.
  return {
    places: new Map(
      names
        .toString()
        .split('\0')
        .map((name, row) => [name, row]),
    ),
    numbers,
  };
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
  texts: Iterable<KeptText & { name: string }>,
): Promise<void> {
  const temporary = `${path}.new`;
  try {
    await writeFile(temporary, layOut(version, texts), { mode: 0o600 });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** In pieces large enough for few calls and small enough for little memory. */
function* layOut(version: string, texts: Iterable<KeptText & { name: string }>): Generator<Uint8Array> {
  const names: string[] = [];
  const rows: bigint[] = [];
  const piece = Buffer.allocUnsafeSlow(windowBytes);
  let filled = 0;
  let at = 0;
  for (const { name, stamp, bytes } of texts) {
    names.push(name);
    const { dev, ino, size, mtimeNs, ctimeNs } = stamp;
    rows.push(dev, ino, size, mtimeNs, ctimeNs, BigInt(at), BigInt(bytes.length), BigInt(crc32(bytes)));
    at += bytes.length;
    if (filled + bytes.length > windowBytes) {
      yield piece.subarray(0, filled);
      filled = 0;
    }
    if (bytes.length > windowBytes) yield bytes;
    else {
      piece.set(bytes, filled);
      filled += bytes.length;
    }
  }
  yield piece.subarray(0, filled);
  yield* layOutIndex(version, { at, names, rows });
}

function* layOutIndex(
  version: string,
  index: { at: number; names: readonly string[]; rows: readonly bigint[] },
): Generator<Uint8Array> {
  const names = Buffer.from(index.names.join('\0'));
  const rows = new Uint8Array(BigInt64Array.from(index.rows).buffer);
  yield names;
  yield rows;
  const lengths = { at: index.at, names: names.length, rows: rows.length };
  const trailer: Trailer = { format, version, ...lengths, crc: crc32(rows, crc32(names)) };
  yield Buffer.from(JSON.stringify(trailer).padStart(trailerBytes));
}
