import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/**
 * Replaces a finished log by `<file>.gz`. The plain file goes only when every byte of it is in the archive; when it
 * was pruned meanwhile, or still grew, the archive goes instead.
 */
export async function archiveLog(file: string): Promise<void> {
  const archive = `${file}.gz`;
  const source = createReadStream(file);
  try {
    await pipeline(source, createGzip(), createWriteStream(archive, { flags: 'wx', mode: 0o600 }));
    const complete = (await stat(file)).size === source.bytesRead;
    await rm(complete ? file : archive);
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    // Somebody else's file of that name stays.
    if (code === 'EEXIST' && syscall === 'open') return;
    await rm(archive, { force: true });
    if (code !== 'ENOENT') throw error;
  }
}
