import type { PullRequestNews } from './forge.ts';
import type { RunRecord } from './run.ts';

/** Merges of one head that a forge may refuse before a person has to go on. */
export const mostRefusedMerges = 3;

/**
 * Whether a pull request may be merged by ourselves, once it is certain that one of those who approved of it may write.
 * Pure; what is not known is a no. Only the very commit counts that was checked and reviewed here, into the very branch
 * that it was made for.
 */
export function mayMerge(
  { state, head, base, merging }: PullRequestNews,
  made: Pick<RunRecord, 'head' | 'base' | 'tree' | 'reviewedTree' | 'refusedMerges'>,
): boolean {
  if (state !== 'open' || merging === null) return false;
  const isWhatWasReviewed =
    head === made.head && made.reviewedTree !== null && made.reviewedTree === made.tree;
  const isWhereItBelongs = base === made.base?.branch;
  const { isDraft, isBlocked, isContested, isGreen, approvedBy } = merging;
  const isWanted = isGreen && approvedBy.length > 0 && !isDraft && !isBlocked && !isContested;
  return isWhatWasReviewed && isWhereItBelongs && isWanted && refusedMerges(made) < mostRefusedMerges;
}

/** How often the merge of the head as it is was refused. */
export function refusedMerges({
  head,
  refusedMerges: known,
}: Pick<RunRecord, 'head' | 'refusedMerges'>): number {
  return known?.head === head ? known.count : 0;
}
