import type * as fs from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { lstatSync, renameSync, unlinkSync } from 'node:fs';
import * as promises from 'node:fs/promises';

/**
 * The calls that change a disk, as an argument: what cannot be made to fail cannot be shown to be safe. Those that
 * block are for a look and the act that depends on it, between which nobody else may get a turn.
 */
export type Disk = Pick<typeof promises, 'link' | 'lstat' | 'open' | 'rename' | 'unlink'> &
  Pick<typeof fs, 'renameSync' | 'unlinkSync'> & {
    lstatSync(path: string, options: { bigint: true }): BigIntStats;
  };

export const realDisk: Disk = { ...promises, lstatSync, renameSync, unlinkSync };

/** The system's code of an error, such as `ENOENT`; empty when it has none. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** The file itself, links not followed, without a turn for anybody else; null when there is nothing of that name. */
export function lookNow(path: string, disk: Pick<Disk, 'lstatSync'> = realDisk): BigIntStats | null {
  try {
    return disk.lstatSync(path, { bigint: true });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
