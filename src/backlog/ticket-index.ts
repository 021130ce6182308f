import { join } from 'node:path';
import type { TicketSummary } from '../domain/ticket-summary.ts';
import type { TicketState } from '../domain/ticket.ts';
import { idFromFileName, ticketStates } from '../domain/ticket.ts';
import type { ReadingDisk } from '../files/reading-disk.ts';
import type { Stamp } from '../files/stamp.ts';
import { lookAt, sameStamp, stampOf } from '../files/stamp.ts';
import type { Clock, ListedTicket } from '../ports.ts';
import { listFolder } from './list-folder.ts';
import { mapBounded } from './map-bounded.ts';
import type { Folders } from './open-folders.ts';
import type { ReadFile, ReadMany, SummaryFile } from './read-ticket-file.ts';

/** Milliseconds after which files that keep their name are looked at again, for edits in place. */
const recheckMs = 5000;
/** A folder that only grows takes longer and longer to look through, and is looked through the more rarely. */
const mostlyIdle = 100;
/** Milliseconds within which a folder can change twice and show the same time of change. */
const tickMs = 50;

/**
 * A list of all tickets that is answered from memory: a folder is listed anew only when it changed, and a file is read
 * only when it is new. What is kept of a ticket is what a list shows, so that ten thousand of them weigh little.
 */
export function openTicketIndex(
  folders: Folders,
  { clock, disk, readMany }: IndexOptions,
): (states?: readonly TicketState[]) => Promise<ListedTicket[]> {
  const indexes = ticketStates.map((state) => {
    const options = { clock, disk, readMany: readMany[state] };
    return [state, openFolderIndex(folders[state], state, options)] as const;
  });
  return async (states = ticketStates) => {
    const wanted = indexes.filter(([state]) => states.includes(state));
    return (await Promise.all(wanted.map(([, list]) => list()))).flat();
  };
}

type FolderOptions = { clock: Pick<Clock, 'monotonic'>; disk: ReadingDisk; readMany: ReadMany<SummaryFile> };

type IndexOptions = Omit<FolderOptions, 'readMany'> & {
  readMany: Readonly<Record<TicketState, ReadMany<SummaryFile>>>;
};

type Entry = { stamp: Stamp | null; ticket: ListedTicket };

function openFolderIndex(
  directory: string,
  state: TicketState,
  { clock, disk, readMany }: FolderOptions,
): () => Promise<ListedTicket[]> {
  let entries = new Map<string, Entry>();
  let folder: { stamp: Stamp | null; since: number } | null = null;
  let listedAt = -Infinity;
  let nextCheck = -Infinity;

  async function look(): Promise<ListedTicket[]> {
    const now = clock.monotonic();
    const stats = await lookAt(directory, disk);
    const stamp = stats === null ? null : stampOf(stats);
    if (folder === null || !isSame(folder.stamp, stamp)) folder = { stamp, since: now };
    const isDue = now >= nextCheck;
    if (isDue || listedAt - folder.since < tickMs) {
      entries = await relist(isDue);
      listedAt = now;
      if (isDue) nextCheck = now + Math.max(recheckMs, (clock.monotonic() - now) * mostlyIdle);
    }
    return [...entries.values()].map(({ ticket }) => ticket);
  }

  async function relist(checkAll: boolean): Promise<Map<string, Entry>> {
    const before = entries;
    const files = await listFolder(directory);
    const listed = await readMany((read) =>
      mapBounded(files, 16, async (file) => {
        const known = before.get(file);
        if (known !== undefined && !checkAll) return [file, known] as const;
        const found = await readEntry({ file, state, path: join(directory, file) }, known, { read, disk });
        return [file, found] as const;
      }),
    );
    return new Map(listed.filter((pair): pair is [string, Entry] => pair[1] !== null));
  }

  // One look after the other: who asks after a change never gets the answer to a look from before it.
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    const next = last.then(look, look);
    last = next;
    return next;
  };
}

function isSame(a: Stamp | null, b: Stamp | null): boolean {
  return a !== null && b !== null && sameStamp(a, b);
}

/** Null when the file is gone. */
async function readEntry(
  { file, state, path }: Pick<ListedTicket, 'file' | 'state'> & { path: string },
  known: Entry | undefined,
  { read, disk }: { read: ReadFile<SummaryFile>; disk: ReadingDisk },
): Promise<Entry | null> {
  const stats = await lookAt(path, disk);
  if (stats === null) return null;
  const stamp = stampOf(stats);
  if (isSame(known?.stamp ?? null, stamp) && known !== undefined) return known;
  const found = await read(path, stamp);
  if (found.kind === 'gone') return null;
  const place = { file, state, changedAt: Number(stats.mtimeMs) };
  if (found.kind === 'refused') {
    const ticket = { ...place, ...unreadable, id: idFromFileName(file), title: file, problem: found.reason };
    return { stamp: found.stamp, ticket };
  }
  return { stamp: found.stamp, ticket: listTicket(place, found) };
}

/** What a list tells of a ticket that was read. */
export function listTicket(
  place: Pick<ListedTicket, 'file' | 'state' | 'changedAt'>,
  { id, summary }: { id: string; summary: TicketSummary },
): ListedTicket {
  const { title, labels, createdDate, priority = null, modifiedFiles, model = null } = summary;
  return { ...place, id, title, labels, priority, createdDate, model, modifiedFiles, problem: null };
}

/** What a list tells of a ticket that cannot be read. */
export const unreadable = { labels: [], priority: null, createdDate: '', model: null, modifiedFiles: [] };
