import { join } from 'node:path';
import { idFromFileName } from '../domain/ticket.ts';
import type { ListedTicket } from '../ports.ts';
import { listFolder } from './list-folder.ts';
import { mapBounded } from './map-bounded.ts';
import type { ReadFile, SummaryFile } from './read-ticket-file.ts';
import { listTicket } from './ticket-index.ts';

/** How many finished tickets are asked what became of them. */
export const remembered = 1000;

/**
 * The newest tickets of the folder of finished ones, as far as the numbers in their names tell, the newest last. The
 * folder only grows: no more than `most` are ever read, and each once.
 */
export function openNewestTickets(
  directory: string,
  read: ReadFile<SummaryFile>,
  most = remembered,
): () => Promise<ListedTicket[]> {
  let known = new Map<string, ListedTicket | null>();
  return async () => {
    const files = await listFolder(directory);
    const numbered = files.map((file) => ({ file, number: numberIn(file) }));
    const newest = numbered.sort((a, b) => a.number - b.number).slice(-most);
    const listed = await mapBounded(newest, 16, async ({ file }) => {
      const ticket = known.get(file);
      return [file, ticket === undefined ? await readOne(directory, file, read) : ticket] as const;
    });
    known = new Map(listed);
    return listed.flatMap(([, ticket]) => ticket ?? []);
  };
}

/** Null for what is gone, or no ticket. */
async function readOne(
  directory: string,
  file: string,
  read: ReadFile<SummaryFile>,
): Promise<ListedTicket | null> {
  const found = await read(join(directory, file));
  if (found.kind !== 'ticket') return null;
  return listTicket({ file, state: 'done', changedAt: Number(found.stamp.mtimeNs / 1_000_000n) }, found);
}

function numberIn(file: string): number {
  return Number(/\d+/.exec(idFromFileName(file))?.[0] ?? 0);
}
