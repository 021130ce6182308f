import type { BigIntStats } from 'node:fs';
import { constants } from 'node:fs';
import { errorCode } from './disk.ts';
import type { OpenFile, ReadingDisk } from './reading-disk.ts';
import { patientDisk } from './reading-disk.ts';
import type { Stamp } from './stamp.ts';
import { lookAt, sameInode, stampOf } from './stamp.ts';

/** `stamp` is of the moment before the bytes were read. */
export type ReadRegular =
  | { kind: 'read'; bytes: Buffer; stamp: Stamp; mode: number }
  | { kind: 'refused'; reason: string }
  | { kind: 'gone' };

/** Reads a plain file of bounded size. Never follows a link, never waits for a pipe, never reads what is too large. */
export async function readRegular(
  path: string,
  maxBytes: number,
  disk: ReadingDisk = patientDisk,
): Promise<ReadRegular> {
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const before = await lookAt(path, disk);
    if (before === null) return { kind: 'gone' };
    const objection = objectTo(before, maxBytes);
    if (objection !== null) return { kind: 'refused', reason: objection };
    const read = await readSame({ path, maxBytes, disk }, before);
    // An editor replaced the file between look and open: look at the new one.
    if (read !== 'replaced') return read;
  }
  return { kind: 'refused', reason: 'it is replaced again and again' };
}

type Order = { path: string; maxBytes: number; disk: ReadingDisk };

async function readSame(order: Order, before: BigIntStats): Promise<ReadRegular | 'replaced'> {
  try {
    return await readOpened(order, before);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ELOOP') return 'replaced';
    if (code === 'EACCES' || code === 'EPERM')
      return { kind: 'refused', reason: `it cannot be read (${code})` };
    throw error;
  }
}

/** Why a file of these properties is not read; null when it may be. */
export function objectTo(stats: BigIntStats, maxBytes: number): string | null {
  if (stats.isSymbolicLink()) return 'it is a symbolic link';
  if (stats.isDirectory()) return 'it is a directory';
  if (!stats.isFile()) return 'it is not a regular file but a pipe, a socket or a device';
  if (stats.size > BigInt(maxBytes)) return `it has ${stats.size} bytes; at most ${maxBytes} are read`;
  return null;
}

async function readOpened(
  { path, maxBytes, disk }: Order,
  before: BigIntStats,
): Promise<ReadRegular | 'replaced'> {
  // Windows has neither flag; node leaves them undefined there.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW || 0) | (constants.O_NONBLOCK || 0);
  const handle = await disk.open(path, flags);
  try {
    const opened = await handle.stat({ bigint: true });
    if (!sameInode(before, opened)) return 'replaced';
    const objection = objectTo(opened, maxBytes);
    if (objection !== null) return { kind: 'refused', reason: objection };
    const bytes = await readUpTo(handle, Number(opened.size));
    return { kind: 'read', bytes, stamp: stampOf(opened), mode: Number(opened.mode & 0o777n) };
  } finally {
    await handle.close();
  }
}

/** At most the size it had when it was opened: a file that grows meanwhile is read again, whole, at the next look. */
async function readUpTo(handle: OpenFile, size: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(size);
  let length = 0;
  while (length < size) {
    const { bytesRead } = await handle.read(buffer, length, size - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}
