import { mkdir, readdir } from 'node:fs/promises';
import { errorCode } from '../files/disk.ts';
import { isTicketName } from './ticket-name.ts';

/** Names in a ticket folder that can be tickets, sorted. A folder that is gone, by a git clean say, is made again. */
export async function listFolder(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory() && isTicketName(entry.name))
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    await mkdir(directory, { recursive: true });
    return [];
  }
}
