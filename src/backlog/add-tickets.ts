import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { idFromFileName, normaliseId, ticketStates } from '../domain/ticket.ts';
import { move } from '../files/move.ts';
import { temporarySuffix } from '../files/write-atomic.ts';
import { writeNew } from '../files/write-new.ts';
import { composeTicket } from './compose-ticket.ts';
import { listFolder } from './list-folder.ts';
import { mapBounded } from './map-bounded.ts';
import { openFolders } from './open-folders.ts';
import type { Folders } from './open-folders.ts';
import { readTicketFile } from './read-ticket-file.ts';
import { ticketFileName } from './write-ticket.ts';
import type { TicketDraft } from './write-ticket.ts';

export type AddedTicket = { id: string; file: string };

export type AddOptions = {
  folders: Folders;
  /** `pattern` writes an id, `extractRegex` finds the number in one. */
  idFormat: { pattern: string; extractRegex: string };
  now: Date;
};

/** Writes new tickets into todo, each whole, under the next ids that no ticket of any folder has. */
export async function addTickets(
  drafts: readonly TicketDraft[],
  options: AddOptions,
): Promise<AddedTicket[]> {
  await openFolders(options.folders);
  let number = await highestNumber(options);
  const texts = drafts.map((draft) => ({
    draft,
    text: (id: string) => composeTicket(draft, id, options.now),
  }));
  // A draft that makes no ticket is found before the first one is written.
  for (const { text } of texts) text(idOf(number + 1, options));
  const added: AddedTicket[] = [];
  for (const { draft, text } of texts) {
    let ticket: AddedTicket | null = null;
    while (ticket === null) {
      number += 1;
      const id = idOf(number, options);
      ticket = await addUnder({ id, file: ticketFileName(id, draft.title) }, text(id), options.folders);
    }
    added.push(ticket);
  }
  return added;
}

function idOf(number: number, { idFormat }: AddOptions): string {
  return idFormat.pattern.replaceAll('{id}', String(number));
}

/**
 * The ticket is written under a hidden name made of its id alone, so that of two who add at the same time only one has
 * the id; who comes later finds the ticket itself. Null when the id is taken.
 */
async function addUnder(ticket: AddedTicket, text: string, folders: Folders): Promise<AddedTicket | null> {
  const reserved = join(folders.todo, `.${ticket.id}${temporarySuffix}`);
  if (!(await writeNew(reserved, text))) return null;
  if (
    !(await isTaken(ticket.id, folders)) &&
    (await move(reserved, join(folders.todo, ticket.file))) === 'moved'
  )
    return ticket;
  await unlink(reserved);
  return null;
}

async function isTaken(id: string, folders: Folders): Promise<boolean> {
  const names = await Promise.all(ticketStates.map((state) => readdir(folders[state])));
  return names.flat().some((name) => normaliseId(idFromFileName(name)) === normaliseId(id));
}

/** The highest number among the ids of all tickets and the names of their files; 0 without any. */
async function highestNumber({ folders, idFormat }: AddOptions): Promise<number> {
  const own = idFormat.pattern.split('{id}').map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  const expressions = [idFormat.extractRegex, own.join('(\\d+)')].map((source) => new RegExp(source, 'i'));
  let highest = 0;
  for (const state of ticketStates) {
    const files = await listFolder(folders[state]);
    const ids = await mapBounded(files, 16, async (file) => {
      const read = await readTicketFile(join(folders[state], file));
      return read.kind === 'ticket' ? [read.id, file] : [file];
    });
    for (const text of ids.flat()) {
      for (const expression of expressions) {
        const number = Number(expression.exec(text)?.[1]);
        if (Number.isSafeInteger(number)) highest = Math.max(highest, number);
      }
    }
  }
  return highest;
}
