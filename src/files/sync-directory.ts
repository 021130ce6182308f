import { constants } from 'node:fs';
import type { Disk } from './disk.ts';
import { errorCode, realDisk } from './disk.ts';

/** Makes the names in a directory durable. An I/O error is thrown: an unsynced name must not be reported as done. */
export function syncDirectory(directory: string, disk: Disk = realDisk): Promise<void> {
  return openDirectory(directory, disk).sync();
}

/** A directory that is opened beside what is done in it; to be ended by `sync`, or by `leave` when there is no need. */
export function openDirectory(
  directory: string,
  disk: Disk = realDisk,
): { sync(): Promise<void>; leave(): void } {
  // Windows has no such call; its file systems order names themselves.
  if (process.platform === 'win32') return { sync: () => Promise.resolve(), leave: () => undefined };
  const opening = disk.open(directory, constants.O_RDONLY);
  // Who syncs is told why it could not be opened; whoever does not need not know.
  const leave = (): void => void opening.then((handle) => handle.close()).catch(() => undefined);
  opening.catch(() => undefined);
  return {
    async sync() {
      const handle = await opening;
      try {
        await handle.sync();
      } catch (error) {
        // Some file systems know no sync of directories; that is their promise, not our failure.
        if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP'].includes(errorCode(error))) throw error;
      } finally {
        leave();
      }
    },
    leave,
  };
}
