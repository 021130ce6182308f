import { mkdir, rmdir, utimes } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Failure } from '../../domain/failure.ts';
import { errorCode } from '../../files/disk.ts';
import { lookAt } from '../../files/stamp.ts';
import type { Clock } from '../../ports.ts';

/** Milliseconds after which Backlog.md, which renews the time of a lock that it holds, takes one for left behind. */
const staleMs = 10_000;
/** Milliseconds to wait for one that is held; no edit takes that long. */
const patienceMs = 30_000;
const pauseMs = 100;

export type LockClock = Pick<Clock, 'monotonic' | 'now' | 'wait'>;

/**
 * Does something under a lock of Backlog.md's command line: a directory that whoever makes it holds, and shows that it
 * still does every `renewMs`. Waits while somebody else has it; throws `TICKET_LOCKED` when that takes too long.
 */
export async function underLock<Result>(
  directory: string,
  clock: LockClock,
  act: () => Promise<Result>,
  renewMs = staleMs / 4,
): Promise<Result> {
  await mkdir(dirname(directory), { recursive: true });
  await acquire(directory, clock);
  // Git may need longer than others wait to say which ids are used.
  const renewing = setInterval(() => void showHeld(directory, clock), renewMs);
  try {
    return await act();
  } finally {
    clearInterval(renewing);
    await removeLock(directory);
  }
}

/** Whoever took it from us has it. */
async function showHeld(directory: string, clock: LockClock): Promise<void> {
  const now = clock.now();
  await utimes(directory, now, now).catch(() => undefined);
}

async function acquire(directory: string, clock: LockClock): Promise<void> {
  const begun = clock.monotonic();
  let seen = { time: -1n, since: begun };
  while (!(await tryToMake(directory))) {
    const now = clock.monotonic();
    const stats = await lookAt(directory);
    if (stats !== null && stats.mtimeMs !== seen.time) seen = { time: stats.mtimeMs, since: now };
    else if (now - seen.since > staleMs) await removeLock(directory);
    if (now - begun > patienceMs)
      throw new Failure(
        'TICKET_LOCKED',
        `The lock ${basename(directory)} of Backlog.md is held for ${patienceMs / 1000} s by another program.`,
      );
    await clock.wait(pauseMs);
  }
}

async function tryToMake(directory: string): Promise<boolean> {
  try {
    await mkdir(directory);
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return false;
  }
}

/** Somebody may have taken it for left behind meanwhile, or put something into it that is none of ours. */
async function removeLock(directory: string): Promise<void> {
  try {
    await rmdir(directory);
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(errorCode(error))) throw error;
  }
}

/** The name of the lock of one task. */
export function taskLockName(id: string): string {
  const key = id
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^\.+/, '');
  return `task-${key === '' ? 'unknown' : key}`;
}
