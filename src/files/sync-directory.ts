import { constants } from 'node:fs';
import type { Disk } from './disk.ts';
import { errorCode, realDisk } from './disk.ts';

/** Makes the names in a directory durable. An I/O error is thrown: an unsynced name must not be reported as done. */
export async function syncDirectory(directory: string, disk: Disk = realDisk): Promise<void> {
  // Windows has no such call; its file systems order names themselves.
  if (process.platform === 'win32') return;
  const handle = await disk.open(directory, constants.O_RDONLY);
  try {
    await handle.sync();
  } catch (error) {
    // Some file systems know no sync of directories; that is their promise, not our failure.
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP'].includes(errorCode(error))) throw error;
  } finally {
    await handle.close();
  }
}
