import { randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import type { Disk } from './disk.ts';
import { lookNow, realDisk } from './disk.ts';
import type { Stamp } from './stamp.ts';
import { sameStamp, stampOf } from './stamp.ts';
import { openDirectory } from './sync-directory.ts';

export type WriteOptions = {
  /** Permission bits of the new file, exactly; without it 0666 under the umask. */
  mode?: number;
  /** The version of the file that may be replaced; where there is another one, or none, everything stays as it was. */
  over?: Stamp;
  disk?: Disk;
};

/**
 * Writes a whole file or nothing, durable when it returns: a temporary file beside it, synced, then renamed over it.
 * False when it is not `over` what is there.
 */
export async function writeAtomic(
  path: string,
  content: string | Uint8Array,
  options: WriteOptions = {},
): Promise<boolean> {
  const disk = options.disk ?? realDisk;
  const temporary = temporaryPath(path);
  const directory = openDirectory(dirname(path), disk);
  try {
    await writeSynced(temporary, content, options.mode, disk);
    if (options.over === undefined) await disk.rename(temporary, path);
    else if (!renameOver(temporary, path, options.over, disk)) {
      await disk.unlink(temporary);
      directory.leave();
      return false;
    }
  } catch (error) {
    directory.leave();
    // What failed is the news; a temporary file that cannot be removed either is found at the next start.
    await disk.unlink(temporary).catch(() => undefined);
    throw error;
  }
  await directory.sync();
  return true;
}

/** Looks and renames in one go: a person may save at any moment, and what was saved in between would be lost. */
function renameOver(from: string, to: string, version: Stamp, disk: Disk): boolean {
  const there = lookNow(to, disk);
  if (there === null || !sameStamp(stampOf(there), version)) return false;
  disk.renameSync(from, to);
  return true;
}

/** Whether a base name is one of ours, left by a process that died while writing. */
export function isTemporary(name: string): boolean {
  return name.startsWith('.') && name.endsWith(temporarySuffix);
}

export const temporarySuffix = '.ticketmill-tmp';

/** Keeps the start of the name for whoever finds it; the whole could be too long with what is added. */
export function temporaryPath(path: string): string {
  const start = basename(path).replace(/^\.+/, '').slice(0, 40);
  return join(dirname(path), `.${start}.${randomUUID().slice(-12)}${temporarySuffix}`);
}

async function writeSynced(
  path: string,
  content: string | Uint8Array,
  mode: number | undefined,
  disk: Disk,
): Promise<void> {
  const handle = await disk.open(path, 'wx', mode ?? 0o666);
  try {
    // The mode of `open` is cut by the umask, which nobody lets take anything from the owner.
    if (mode !== undefined && (mode & 0o077) !== 0) await handle.chmod(mode);
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    // What is synced is there, however its closing ends.
    void handle.close().catch(() => undefined);
  }
}
