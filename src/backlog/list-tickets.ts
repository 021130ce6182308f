import { join } from 'node:path';
import type { ReadingDisk } from '../files/reading-disk.ts';
import { lookAt, sameStamp, stampOf } from '../files/stamp.ts';
import { listFolder } from './list-folder.ts';
import { mapBounded } from './map-bounded.ts';
import type { ReadTicketFile, TicketFile } from './read-ticket-file.ts';

export type ListedFile = { file: string; read: TicketFile };

/** Lists a folder as often as it is called, and reads only what is new or changed since the call before. */
export function openLister(
  directory: string,
  { read, disk }: { read: ReadTicketFile; disk: ReadingDisk },
): () => Promise<ListedFile[]> {
  let known = new Map<string, TicketFile>();
  return async () => {
    const before = known;
    const files = await listFolder(directory);
    const listed = await mapBounded(files, 16, async (file) => ({
      file,
      read: await readChanged(join(directory, file), before.get(file), { read, disk }),
    }));
    known = new Map(listed.map(({ file, read }) => [file, read]));
    return listed;
  };
}

async function readChanged(
  path: string,
  before: TicketFile | undefined,
  { read, disk }: { read: ReadTicketFile; disk: ReadingDisk },
): Promise<TicketFile> {
  if (before?.kind !== 'ticket') return read(path);
  const stats = await lookAt(path, disk);
  return stats !== null && sameStamp(before.stamp, stampOf(stats)) ? before : read(path);
}
