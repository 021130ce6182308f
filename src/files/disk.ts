import * as fs from 'node:fs/promises';

/** The calls that change a disk, as an argument: what cannot be made to fail cannot be shown to be safe. */
export type Disk = Pick<typeof fs, 'link' | 'lstat' | 'open' | 'rename' | 'unlink'>;

export const realDisk: Disk = fs;

/** The system's code of an error, such as `ENOENT`; empty when it has none. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}
