import { dirname } from 'node:path';
import type { Disk } from './disk.ts';
import { errorCode, lookNow, realDisk } from './disk.ts';
import { lookAt, sameInode } from './stamp.ts';
import { syncDirectory } from './sync-directory.ts';

/** occupied: another file has the name · gone: there is no such file any more. */
export type Moved = 'moved' | 'occupied' | 'gone';

/**
 * Moves a regular file within one file system and never overwrites: link, sync, unlink, sync. The destination is
 * durable before the source goes, so a crash in between leaves both names of one file, which the same call finishes.
 * For one mover at a time: two movers with two destinations could both succeed.
 */
export async function move(from: string, to: string, disk: Disk = realDisk): Promise<Moved> {
  try {
    await disk.link(from, to);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST') return finishHalfMove(from, to, disk);
    if (cannotLink.has(code)) return moveByRename({ from, to, cause: error }, disk);
    if (code === 'ENOENT' && (await lookAt(from, disk)) === null) return 'gone';
    throw error;
  }
  await dropSource(from, to, disk);
  return 'moved';
}

/** File systems without hard links, files of other users, and a disk without a free inode. */
const cannotLink = new Set([
  'EPERM',
  'EACCES',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'ENOSPC',
  'EDQUOT',
]);

async function finishHalfMove(from: string, to: string, disk: Disk): Promise<Moved> {
  const [source, destination] = [await lookAt(from, disk), await lookAt(to, disk)];
  if (source === null) return 'gone';
  if (destination === null || !sameInode(source, destination)) return 'occupied';
  await dropSource(from, to, disk);
  return 'moved';
}

async function dropSource(from: string, to: string, disk: Disk): Promise<void> {
  await syncDirectory(dirname(to), disk);
  const [source, destination] = [lookNow(from, disk), lookNow(to, disk)];
  // Somebody may have saved a new file under the old name meanwhile: that one is theirs.
  if (source === null || destination === null || !sameInode(source, destination)) return;
  try {
    disk.unlinkSync(from);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  await syncDirectory(dirname(from), disk);
}

/** Rename would overwrite, so it is only safe where we alone create names in the destination. */
async function moveByRename(
  { from, to, cause }: { from: string; to: string; cause: unknown },
  disk: Disk,
): Promise<Moved> {
  const source = lookNow(from, disk);
  if (source === null) return 'gone';
  if (!source.isFile()) throw cause;
  if (lookNow(to, disk) !== null) return 'occupied';
  disk.renameSync(from, to);
  await syncDirectory(dirname(to), disk);
  await syncDirectory(dirname(from), disk);
  return 'moved';
}
