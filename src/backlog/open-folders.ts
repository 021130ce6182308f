import { mkdir, stat } from 'node:fs/promises';
import { Failure } from '../domain/failure.ts';
import type { TicketState } from '../domain/ticket.ts';
import { ticketStates } from '../domain/ticket.ts';

/** Absolute path of each state's folder. */
export type Folders = Readonly<Record<TicketState, string>>;

/** Makes what is missing; refuses folders between which a file cannot be moved in one step. */
export async function openFolders(folders: Folders): Promise<void> {
  let first: { path: string; dev: bigint } | null = null;
  for (const state of ticketStates) {
    const path = folders[state];
    await mkdir(path, { recursive: true });
    const { dev } = await stat(path, { bigint: true });
    first ??= { path, dev };
    if (dev !== first.dev)
      throw new Failure('FOLDERS_SPLIT', `${first.path} and ${path} are on two file systems; expected one`);
  }
}
