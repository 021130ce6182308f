import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunRecord } from '../domain/run.ts';
import type { TicketState } from '../domain/ticket.ts';
import { ticketStates } from '../domain/ticket.ts';
import { lookAt } from '../files/stamp.ts';
import { syncDirectory } from '../files/sync-directory.ts';
import { isTemporary } from '../files/write-atomic.ts';
import type { Folders } from './open-folders.ts';
import { isTicketName } from './ticket-name.ts';

/** One name of a file that has several. */
type Place = { state: TicketState; file: string };

type Intended = (file: string) => RunRecord['move'];

/**
 * Ends what a killed process left half done: a file in two folders keeps the place where its move was to end, and
 * unfinished writing goes. Two different files of one name are both somebody's and stay. May be cut short itself.
 */
export async function recoverFolders(folders: Folders, intended: Intended): Promise<void> {
  const listed: Listed[] = [];
  for (const state of ticketStates) {
    const files = await readdir(folders[state]);
    for (const file of files.filter(isTemporary)) await unlink(join(folders[state], file));
    listed.push({ state, files: files.filter(isTicketName) });
  }
  // A move that was cut short shows in both of its folders, so that the fullest need not be looked through for it.
  const [fullest, ...others] = listed.sort((a, b) => b.files.length - a.files.length);
  const places = new Map<string, Place[]>();
  for (const each of others) await findLinked(folders, each, places);
  if (fullest === undefined || places.size === 0) return;
  await findLinked(folders, fullest, places);
  for (const names of places.values()) await keepOne(folders, names, intended);
}

type Listed = { state: TicketState; files: string[] };

/** Adds what has more than one name, by its inode. */
async function findLinked(
  folders: Folders,
  { state, files }: Listed,
  places: Map<string, Place[]>,
): Promise<void> {
  for (const file of files) {
    const stats = await lookAt(join(folders[state], file));
    if (stats === null || !stats.isFile() || stats.nlink === 1n) continue;
    const inode = `${stats.dev}:${stats.ino}`;
    places.set(inode, [...(places.get(inode) ?? []), { state, file }]);
  }
}

async function keepOne(folders: Folders, places: readonly Place[], intended: Intended): Promise<void> {
  const keep = placeToKeep(places, intended);
  for (const place of places) {
    // Two names in one folder are no move of ours.
    if (keep === undefined || place.state === keep.state) continue;
    await unlink(join(folders[place.state], place.file));
    await syncDirectory(folders[place.state]);
  }
}

/** Where its move was to end; without a known one the furthest on its way. */
function placeToKeep(places: readonly Place[], intended: Intended): Place | undefined {
  const targets = places.map(({ file }) => intended(file)?.to);
  const wanted = places.find(({ state }) => targets.includes(state));
  return (
    wanted ?? places.toSorted((a, b) => ticketStates.indexOf(b.state) - ticketStates.indexOf(a.state))[0]
  );
}
