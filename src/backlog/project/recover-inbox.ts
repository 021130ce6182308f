import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../../files/disk.ts';
import { lookAt, sameInode } from '../../files/stamp.ts';
import { syncDirectory } from '../../files/sync-directory.ts';
import { isTemporary } from '../../files/write-atomic.ts';
import { isTicketName } from '../ticket-name.ts';

/**
 * Ends what a killed process left half done between the inbox and the tasks: a file that has a name in both is a task,
 * and unfinished writing goes. May be cut short itself.
 */
export async function recoverInbox(inbox: string, tasks: string): Promise<void> {
  const [dropped, adopted] = [await namesIn(inbox), await namesIn(tasks)];
  for (const [folder, names] of [
    [inbox, dropped],
    [tasks, adopted],
  ] as const)
    for (const name of names) if (isTemporary(name)) await unlink(join(folder, name));
  for (const name of dropped.filter(isTicketName)) {
    const here = await lookAt(join(inbox, name));
    if (here === null || !here.isFile() || here.nlink === 1n) continue;
    for (const other of adopted.filter(isTicketName)) {
      const there = await lookAt(join(tasks, other));
      if (there === null || !sameInode(here, there)) continue;
      await unlink(join(inbox, name));
      await syncDirectory(inbox);
      break;
    }
  }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return [];
  }
}
