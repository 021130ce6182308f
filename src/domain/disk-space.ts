import { Failure } from './failure.ts';

/** What a file system has left, in bytes and in files; `allFiles` of 0 says that it counts none. */
export type DiskSpace = { free: number; all: number; freeFiles: number; allFiles: number };

const megabyte = 1024 * 1024;
const leastFree = 200 * megabyte;
/** Of a small disk less is much; of a large one five percent are more than any ticket needs. */
const mostKeptFree = 2048 * megabyte;
const leastFiles = 1000;

/**
 * Whether a place has too little room left to begin anything there: a disk must not be filled up by us, and a ticket
 * that is begun must be able to end. The words stay the same while the figures change, so that they are told once.
 */
export function judgeSpace(place: string, { free, all, freeFiles, allFiles }: DiskSpace): Failure | null {
  const wanted = Math.max(leastFree, Math.min(all * 0.05, mostKeptFree));
  if (free < wanted) {
    const message = `${place} has less than ${Math.round(wanted / megabyte)} MB of free space.`;
    return new Failure('DISK_FULL', message);
  }
  if (allFiles > 0 && freeFiles < leastFiles)
    return new Failure('DISK_FULL', `${place} has room for fewer than ${leastFiles} more files.`);
  return null;
}
