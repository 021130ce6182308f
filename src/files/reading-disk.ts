import type { BigIntStats } from 'node:fs';
import * as fs from 'node:fs';
import * as promises from 'node:fs/promises';
import { errorCode, lookNow } from './disk.ts';

/** The calls that only read a disk. */
export type ReadingDisk = {
  realpath(path: string): Promise<string>;
  lstat(path: string, options: { bigint: true }): Promise<BigIntStats>;
  /** Has many files seen, null for what is not there; what was seen of each is given in their order. */
  lstatAll<Seen>(paths: readonly string[], see: See<Seen>): Promise<Seen[]>;
  open(path: string, flags: number): Promise<OpenFile>;
};

/** The stats of one file are large, and gone once they are seen. */
export type See<Seen> = (stats: BigIntStats | null, index: number) => Seen;

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
  async lstatAll<Seen>(paths: readonly string[], see: See<Seen>) {
    const seen: Seen[] = [];
    for (let next = 0; next < paths.length; next += atOnce) {
      const some = paths.slice(next, next + atOnce).map((path) => promises.lstat(path, { bigint: true }));
      const found = await Promise.all(some.map((stats) => stats.catch(nullIfGone)));
      seen.push(...found.map((stats, index) => see(stats, next + index)));
    }
    return seen;
  },
  open: (path, flags) => promises.open(path, flags),
};

/** Many times faster for many small files; for whoever has nobody else to answer meanwhile. */
export const immediateDisk: ReadingDisk = {
  realpath: (path) => now(() => fs.realpathSync.native(path)),
  lstat: (path, options) => now(() => fs.lstatSync(path, options)),
  lstatAll: (paths, see) => now(() => paths.map((path, index) => see(lookNow(path), index))),
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

function nullIfGone(error: unknown): null {
  if (errorCode(error) === 'ENOENT') return null;
  throw error;
}
