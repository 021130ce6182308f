import { access, constants, statfs } from 'node:fs/promises';
import type { Paths } from '../config/paths.ts';
import { judgeSpace } from '../domain/disk-space.ts';
import { Failure } from '../domain/failure.ts';
import { errorCode } from '../files/disk.ts';
import type { Clock } from '../ports.ts';
import { nearest } from './doctor/inspect-system.ts';

/** Whether what we write can be written, asked at most once a second. */
export type WatchedDisks = {
  /** Why nothing can be begun; null when all is well. It is over as soon as there is room again. */
  outage(): Promise<Failure | null>;
};

type Watched = Pick<Paths, 'folders' | 'state' | 'worktrees'>;

/** Milliseconds for which an answer is good enough. */
const fresh = 1000;

export function watchDisks(
  { folders, state, worktrees }: Watched,
  clock: Pick<Clock, 'monotonic'>,
): WatchedDisks {
  const places = [...Object.values(folders), state, worktrees];
  let last: { at: number; answer: Promise<Failure | null> } | null = null;
  return {
    outage() {
      if (last === null || clock.monotonic() - last.at >= fresh)
        last = { at: clock.monotonic(), answer: findOutage(places) };
      return last.answer;
    },
  };
}

async function findOutage(places: readonly string[]): Promise<Failure | null> {
  const found = await Promise.all(places.map((place) => judgePlace(place)));
  return found.find((failure) => failure !== null) ?? null;
}

async function judgePlace(place: string): Promise<Failure | null> {
  // What is not there yet, or was removed, will be made.
  const there = await nearest(place);
  try {
    await access(there, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    return new Failure('DISK_UNWRITABLE', `${there} cannot be read and written (${errorCode(error)}).`);
  }
  const { bavail, blocks, bsize, ffree, files } = await statfs(there);
  return judgeSpace(there, { free: bavail * bsize, all: blocks * bsize, freeFiles: ffree, allFiles: files });
}
