import type { Stamp } from '../files/stamp.ts';
import { sameStamp } from '../files/stamp.ts';

/** A file as it was seen: which version, since when by the monotonic clock, and whether its writer was done then. */
export type Sight = { stamp: Stamp; since: number; settled: boolean };

export type Look = {
  now: number;
  /** Milliseconds without a change after which a file written in place is taken for complete. */
  quietMs: number;
  /** Whether the file is known to have come to its name as a whole. */
  arrivedWhole: boolean;
};

/**
 * Decides whether a file's writer is done. A file that arrived by rename is complete at first sight; one written in
 * place is when it did not change for a while. An empty one may always be about to be written.
 */
export function settleFile(before: Sight | undefined, stamp: Stamp, look: Look): Sight {
  const isSame = before !== undefined && sameStamp(before.stamp, stamp);
  if (isSame && before.settled) return before;
  const since = isSame ? before.since : look.now;
  const settled = (look.arrivedWhole && stamp.size > 0n) || (isSame && look.now - since >= look.quietMs);
  return { stamp, since, settled };
}

/**
 * Whether the last thing that happened to a file was not a write: a write sets both times to the same moment, a
 * rename sets only the time of the inode. Not every arrival shows: both may fall into one tick of the kernel.
 */
export function showsRename(stamp: Stamp): boolean {
  return stamp.ctimeNs !== stamp.mtimeNs;
}
