import type { Candidate } from './admission.ts';

/** From the first to the last in the queue; whatever else a ticket says counts as none. */
export const priorities = ['critical', 'high', 'medium', 'low'] as const;

/** In the order in which they go: by priority, then creation date, then name. */
export function inOrder(ready: readonly Candidate[]): Candidate[] {
  return [...ready].sort(compare);
}

function compare(a: Candidate, b: Candidate): number {
  return rank(a) - rank(b) || compareText(created(a), created(b)) || compareText(a.file, b.file);
}

/** Tickets without a known priority come last, as in Backlog.md's own lists. */
function rank(candidate: Candidate): number {
  const own = candidate.ticket?.priority?.toLowerCase();
  const index = priorities.findIndex((priority) => priority === own);
  return index === -1 ? priorities.length : index;
}

function created(candidate: Candidate): string {
  const date = candidate.ticket?.createdDate ?? '';
  return date === '' ? '9999' : date;
}

/** By code point, so that the order does not depend on the machine's language. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
