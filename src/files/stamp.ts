import type { BigIntStats } from 'node:fs';
import { errorCode } from './disk.ts';
import type { ReadingDisk } from './reading-disk.ts';
import { patientDisk } from './reading-disk.ts';

/** Tells one version of a file from the next without reading it. Times are compared with each other, never with a clock. */
export type Stamp = {
  dev: bigint;
  ino: bigint;
  size: bigint;
  mtimeNs: bigint;
  ctimeNs: bigint;
};

export function stampOf(stats: BigIntStats): Stamp {
  const { dev, ino, size, mtimeNs, ctimeNs } = stats;
  return { dev, ino, size, mtimeNs, ctimeNs };
}

export function sameStamp(a: Stamp, b: Stamp): boolean {
  return sameInode(a, b) && a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs;
}

export function sameInode(a: Pick<Stamp, 'dev' | 'ino'>, b: Pick<Stamp, 'dev' | 'ino'>): boolean {
  return a.dev === b.dev && a.ino === b.ino;
}

/** The file itself, links not followed; null when there is nothing of that name. */
export async function lookAt(
  path: string,
  disk: Pick<ReadingDisk, 'lstat'> = patientDisk,
): Promise<BigIntStats | null> {
  try {
    return await disk.lstat(path, { bigint: true });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
