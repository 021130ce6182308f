import { mkdir, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { SubTicket } from '../domain/sub-ticket.ts';
import { idFromFileName, normaliseId } from '../domain/ticket.ts';
import { errorCode } from '../files/disk.ts';
import { move } from '../files/move.ts';
import { writeNew } from '../files/write-new.ts';
import type { Drafts } from '../ports.ts';
import { composeTicket } from './compose-ticket.ts';
import { numberedName } from './ticket-name.ts';
import { ticketFileName } from './write-ticket.ts';

export type DraftOptions = {
  /** On the file system of `todo`; made when the first draft is written. */
  directory: string;
  todo: string;
  now: () => Date;
};

/** Drafts as files in a folder that nothing is taken from, each known by the id at the beginning of its name. */
export function openDrafts({ directory, todo, now }: DraftOptions): Drafts {
  return {
    async write(parts) {
      await mkdir(directory, { recursive: true });
      const there = await namesById(directory);
      for (const part of parts) {
        if (there.has(normaliseId(part.id))) continue;
        const { id, wishes, criteria, ...draft } = part;
        const text = composeTicket({ ...draft, ...wishes, acceptanceCriteria: criteria }, id, now());
        await writeNew(join(directory, ticketFileName(id, part.title)), text);
      }
    },
    async release(parts) {
      for (const name of await draftsOf(directory, parts)) await moveInto(todo, name, join(directory, name));
    },
    async discard(parts) {
      for (const name of await draftsOf(directory, parts)) await remove(join(directory, name));
    },
  };
}

async function draftsOf(directory: string, parts: readonly SubTicket[]): Promise<string[]> {
  const there = await namesById(directory);
  return parts.flatMap(({ id }) => there.get(normaliseId(id)) ?? []);
}

async function namesById(directory: string): Promise<Map<string, string>> {
  const names = await readdir(directory).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  const drafts = names.filter((name) => name.endsWith('.md') && !name.startsWith('.'));
  return new Map(drafts.map((name) => [normaliseId(idFromFileName(name)), name] as const));
}

async function moveInto(folder: string, name: string, from: string): Promise<void> {
  for (let number = 1; ; number += 1)
    if ((await move(from, join(folder, numberedName(name, number)))) !== 'occupied') return;
}

async function remove(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw error;
  });
}
