import { basename, join } from 'node:path';
import { idFromFileName, normaliseId } from '../domain/ticket.ts';
import { listFolder } from './list-folder.ts';
import { mapBounded } from './map-bounded.ts';
import type { ReadMany, ReadTicketFile } from './read-ticket-file.ts';

/**
 * Answers which ids are in a folder of finished tickets. The folder only grows: each file is read once, when its id
 * is first asked for, and only its id is kept.
 */
export function openFinishedIndex(
  directory: string,
  readMany: ReadMany,
): (ids: readonly string[]) => Promise<ReadonlySet<string>> {
  let idByFile = new Map<string, string>();
  return async (ids) => {
    const wanted = new Set(ids.map(normaliseId));
    if (wanted.size === 0) return wanted;
    const before = idByFile;
    const files = await listFolder(directory);
    const entries = await readMany((read) =>
      mapBounded(files, 16, async (file) => {
        return [file, before.get(file) ?? (await idOf(join(directory, file), read))] as const;
      }),
    );
    idByFile = new Map(entries);
    const finished = new Set(idByFile.values());
    return new Set([...wanted].filter((id) => finished.has(id)));
  };
}

/** What cannot be read as a ticket any more is still known by its name. */
async function idOf(path: string, read: ReadTicketFile): Promise<string> {
  const found = await read(path);
  return normaliseId(found.kind === 'ticket' ? found.id : idFromFileName(basename(path)));
}
