import { join } from 'node:path';
import { lookAt, sameStamp, stampOf } from '../files/stamp.ts';
import { listFolder } from './list-folder.ts';
import { mapBounded } from './map-bounded.ts';
import type { ReadTicketFile, TicketFile } from './read-ticket-file.ts';

export type ListedFile = { file: string; read: TicketFile };

/** Lists a folder as often as it is called, and reads only what is new or changed since the call before. */
export function openLister(directory: string, read: ReadTicketFile): () => Promise<ListedFile[]> {
  let known = new Map<string, TicketFile>();
  return async () => {
    const before = known;
    const listed = await mapBounded(await listFolder(directory), 16, async (file) => ({
      file,
      read: await readChanged(join(directory, file), before.get(file), read),
    }));
    known = new Map(listed.map(({ file, read }) => [file, read]));
    return listed;
  };
}

async function readChanged(
  path: string,
  before: TicketFile | undefined,
  read: ReadTicketFile,
): Promise<TicketFile> {
  if (before?.kind !== 'ticket') return read(path);
  const stats = await lookAt(path);
  return stats !== null && sameStamp(before.stamp, stampOf(stats)) ? before : read(path);
}
