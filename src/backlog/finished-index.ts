import { basename, join } from 'node:path';
import { idFromFileName, normaliseId } from '../domain/ticket.ts';
import { listFolder } from './list-folder.ts';
import { mapBounded } from './map-bounded.ts';
import type { ReadFile, ReadMany, SummaryFile } from './read-ticket-file.ts';

/**
 * Answers which ids are in a folder of finished tickets. The folder only grows, so only the files that are named after
 * an id are read for it; all of them, once each, for an id that no name tells and that is of no ticket elsewhere.
 */
export function openFinishedIndex(
  directory: string,
  { read, readMany }: { read: ReadFile<SummaryFile>; readMany: ReadMany<SummaryFile> },
): (ids: readonly string[], elsewhere: ReadonlySet<string>) => Promise<ReadonlySet<string>> {
  let idByFile = new Map<string, string>();

  async function learn(files: readonly string[], reader: ReadFile<SummaryFile>): Promise<void> {
    const unknown = files.filter((file) => !idByFile.has(file));
    await mapBounded(unknown, 16, async (file) => {
      idByFile.set(file, await idOf(join(directory, file), reader));
    });
  }

  return async (ids, elsewhere) => {
    const wanted = new Set(ids.map(normaliseId));
    if (wanted.size === 0) return wanted;
    const files = await listFolder(directory);
    const there = new Set(files);
    idByFile = new Map([...idByFile].filter(([file]) => there.has(file)));
    await learn(
      files.filter((file) => wanted.has(normaliseId(idFromFileName(file)))),
      read,
    );
    const known = new Set(idByFile.values());
    if ([...wanted].some((id) => !known.has(id) && !elsewhere.has(id)))
      await readMany((reader) => learn(files, reader));
    const finished = new Set(idByFile.values());
    return new Set([...wanted].filter((id) => finished.has(id)));
  };
}

/** What cannot be read as a ticket any more is still known by its name. */
async function idOf(path: string, read: ReadFile<SummaryFile>): Promise<string> {
  const found = await read(path);
  return normaliseId(found.kind === 'ticket' ? found.id : idFromFileName(basename(path)));
}
