import { mkdir, readdir, stat } from 'node:fs/promises';
import { errorCode } from '../files/disk.ts';
import { isTicketName } from './ticket-name.ts';

/** Names in a ticket folder that can be tickets, sorted. A folder that is gone, by a git clean say, is made again. */
export async function listFolder(directory: string): Promise<string[]> {
  try {
    return (await filesIn(directory)).filter(isTicketName).sort();
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    await mkdir(directory, { recursive: true });
    return [];
  }
}

/** Of many names, what each is takes as long to be told as the names. A folder with two links holds no other one. */
async function filesIn(directory: string): Promise<string[]> {
  const { nlink } = await stat(directory);
  if (nlink === 2) return readdir(directory);
  const entries = await readdir(directory, { withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
}
