import type { BigIntStats } from 'node:fs';
import * as fs from 'node:fs';
import * as promises from 'node:fs/promises';
import { errorCode } from './disk.ts';

/** The calls that only read a disk. */
export type ReadingDisk = {
  realpath(path: string): Promise<string>;
  lstat(path: string, options: { bigint: true }): Promise<BigIntStats>;
  /** Of many files, in their order; null for what is not there. */
  lstatAll(paths: readonly string[]): Promise<(BigIntStats | null)[]>;
  open(path: string, flags: number): Promise<OpenFile>;
};

export type OpenFile = {
  readonly fd: number;
  stat(options: { bigint: true }): Promise<BigIntStats>;
  read(buffer: Buffer, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
  close(): Promise<void>;
};

const atOnce = 16;

/** Waits beside everything else that goes on, however slow the disk is. */
export const patientDisk: ReadingDisk = {
  realpath: (path) => promises.realpath(path),
  lstat: (path, options) => promises.lstat(path, options),
  async lstatAll(paths) {
    const found: (BigIntStats | null)[] = [];
    for (let next = 0; next < paths.length; next += atOnce) {
      const some = paths.slice(next, next + atOnce).map((path) => promises.lstat(path, { bigint: true }));
      found.push(...(await Promise.all(some.map((stats) => stats.catch(nullIfGone)))));
    }
    return found;
  },
  open: (path, flags) => promises.open(path, flags),
};

/** Many times faster for many small files; for whoever has nobody else to answer meanwhile. */
export const immediateDisk: ReadingDisk = {
  realpath: (path) => now(() => fs.realpathSync.native(path)),
  lstat: (path, options) => now(() => fs.lstatSync(path, options)),
  lstatAll: (paths) => now(() => paths.map(lstatNow)),
  open: (path, flags) =>
    now(() => {
      const fd = fs.openSync(path, flags);
      return {
        fd,
        stat: (options) => now(() => fs.fstatSync(fd, options)),
        read: (...into) => now(() => ({ bytesRead: fs.readSync(fd, ...into) })),
        close: () => now(() => fs.closeSync(fd)),
      };
    }),
};

function now<Result>(act: () => Result): Promise<Result> {
  return new Promise((resolve) => {
    resolve(act());
  });
}

function lstatNow(path: string): BigIntStats | null {
  try {
    return fs.lstatSync(path, { bigint: true });
  } catch (error) {
    return nullIfGone(error);
  }
}

function nullIfGone(error: unknown): null {
  if (errorCode(error) === 'ENOENT') return null;
  throw error;
}
