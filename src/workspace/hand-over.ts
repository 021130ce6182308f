import { lchown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Gives everything below a directory to another user, links themselves and not what they point to. */
export async function handOver(directory: string, user: { uid: number; gid: number }): Promise<void> {
  const found = await lstat(directory);
  if (found.uid !== user.uid) await lchown(directory, user.uid, user.gid);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await handOver(path, user);
    else if ((await lstat(path)).uid !== user.uid) await lchown(path, user.uid, user.gid);
  }
}
