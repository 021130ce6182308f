import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TicketState } from '../domain/ticket.ts';
import { isCalled, ticketStates } from '../domain/ticket.ts';
import { errorCode } from '../files/disk.ts';
import { move } from '../files/move.ts';
import type { Quarantine } from '../files/quarantine.ts';
import type { StoredTicket, TicketStore } from '../ports.ts';
import { editTicketFile } from './edit-ticket-file.ts';
import { readErrorReport, takeErrorReport, writeErrorReport } from './error-report.ts';
import { openFinishedIndex } from './finished-index.ts';
import { listFolder } from './list-folder.ts';
import { openLister } from './list-tickets.ts';
import type { InboxOptions } from './look-at-inbox.ts';
import { openInbox } from './look-at-inbox.ts';
import type { Folder, KeepOptions } from './keep-reads.ts';
import { keepReads } from './keep-reads.ts';
import { openNewestTickets } from './newest-tickets.ts';
import { openSuspects } from './mark-suspect.ts';
import type { Folders } from './open-folders.ts';
import { openFolders } from './open-folders.ts';
import type { ReadFile, RecallMany, ReadTicketFile, SummaryFile, TicketFile } from './read-ticket-file.ts';
import { readSummary, readTicketFile } from './read-ticket-file.ts';
import { recoverFolders } from './recover-folders.ts';
import { openTicketIndex } from './ticket-index.ts';
import { errorReportName, numberedName } from './ticket-name.ts';

export type FolderStoreOptions = Omit<InboxOptions, 'directory' | 'readMany'> & {
  folders: Folders;
  /** Where it is remembered which file is being parsed. */
  suspects: string;
  parsed: Omit<KeepOptions, 'disk'>;
  /** Told of what is put aside. */
  warn: (message: string) => void;
  /** Where files that make no sense are put. */
  corrupt: Quarantine;
};

/** The backlog as folders: the folder a file lies in is its state. Throws `FOLDERS_SPLIT` on two file systems. */
export async function openFolderStore(options: FolderStoreOptions): Promise<TicketStore> {
  const { folders, corrupt, warn, disk, ...inbox } = options;
  await openFolders(folders);
  const pathOf = (file: string, state: TicketState): string => join(folders[state], file);
  const errorPath = (file: string): string => pathOf(errorReportName(file), 'failed');
  const suspects = openSuspects({ directory: options.suspects, corrupt, warn });
  const read: ReadTicketFile = (path) => readTicketFile(path, { during: suspects.during, disk });
  const readShort: ReadFile<SummaryFile> = (path) => readSummary(path, read);
  const readMany = keepEach(folders, keepReads(readShort, { ...options.parsed, disk }));
  const listerOf = (state: TicketState) => openLister(folders[state], { read, disk });
  const live = { processing: listerOf('processing'), review: listerOf('review') };
  const index = openTicketIndex(folders, { clock: options.clock, disk, readMany });

  return {
    candidates: openInbox({ ...inbox, disk, directory: folders.todo, readMany: readMany.todo }),
    async counts() {
      const names = ticketStates.map(
        async (state) => [state, (await listFolder(folders[state])).length] as const,
      );
      return Object.fromEntries(await Promise.all(names)) as Record<TicketState, number>;
    },
    async list(state) {
      const isLive = state === 'processing' || state === 'review';
      // Only what is looked at all the time is remembered; the other folders grow without end.
      const list = isLive ? live[state] : listerOf(state);
      const listed = await list();
      return listed.map((each) => toStored(each.file, state, each.read)).filter((stored) => stored !== null);
    },
    index,
    isTaken: async (id) => (await index()).some((listed) => isCalled(listed, id)),
    newest: openNewestTickets(folders.done, readShort),
    finished: openFinishedIndex(folders.done, { read: readShort, readMany: readMany.done }),
    stranger: () => Promise.resolve(null),
    read: async (file, state) => toStored(file, state, await read(pathOf(file, state))),
    transition: (file, from, to) => moveToFreeName(pathOf(file, from), folders[to], file),
    edit: (file, state, edits) => editTicketFile(pathOf(file, state), edits),
    writeError: (file, report) => writeErrorReport(errorPath(file), report),
    readError: (file) => readErrorReport(errorPath(file)),
    takeError: (file) => takeErrorReport(errorPath(file), corrupt),
    async recover(intended) {
      await suspects.judge();
      await recoverFolders(folders, intended);
    },
  };
}

function keepEach(
  folders: Folders,
  keep: (folder: Folder) => RecallMany<SummaryFile>,
): Readonly<Record<TicketState, RecallMany<SummaryFile>>> {
  const entries = ticketStates.map((state) => [state, keep({ path: folders[state], name: state })] as const);
  return Object.fromEntries(entries) as Record<TicketState, RecallMany<SummaryFile>>;
}

function toStored(file: string, state: TicketState, read: TicketFile): StoredTicket | null {
  if (read.kind !== 'ticket') return null;
  const { id, ticket, sha256, inputHash } = read;
  return { file, state, id, ticket, sha256, inputHash };
}

/** Never over another ticket: a taken name is numbered. Null when the file is no longer where it was. */
async function moveToFreeName(from: string, folder: string, file: string): Promise<string | null> {
  for (let number = 1; ; number += 1) {
    const name = numberedName(file, number);
    const moved = await moveInto(from, join(folder, name));
    if (moved === 'gone') return null;
    if (moved === 'moved') return name;
  }
}

/** A folder that is gone, by a git clean say, is made again. */
async function moveInto(from: string, to: string): ReturnType<typeof move> {
  try {
    return await move(from, to);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    await mkdir(dirname(to), { recursive: true });
    return await move(from, to);
  }
}
