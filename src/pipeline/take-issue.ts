import type { ForgeIssue } from '../domain/forge.ts';
import type { TicketStore } from '../ports.ts';

export type IssueOptions = {
  /** Name of the configured repository whose issue it is; null for the root's own. */
  repo: string | null;
  store: Pick<TicketStore, 'isTaken'>;
  mayWrite: (login: string) => Promise<boolean>;
  /** Why nothing from outside is taken on this machine; null when it is. */
  refusal: string | null;
  /** Writes the ticket into todo, whole; false when its file is there already. */
  write: (issue: ForgeIssue) => Promise<boolean>;
};

/**
 * The id of an issue's ticket, which is the same whenever and from wherever the issue comes. `repo` names the configured
 * repository, null the root's own.
 */
export function issueId(number: number, repo: string | null = null): string {
  return repo === null ? `GH-${number}` : `GH-${repo}-${number}`;
}

/**
 * Makes a ticket of an issue as it was when somebody labelled it. Null when it was made, or was there before; else why
 * not. Who labelled it must be allowed to write, as the forge says and not the delivery.
 */
export async function takeIssue(
  issue: ForgeIssue,
  labelledBy: string,
  { repo, store, mayWrite, refusal, write }: IssueOptions,
): Promise<string | null> {
  if (!issue.isOpen) return 'it is closed';
  if (await store.isTaken(issueId(issue.number, repo))) return null;
  if (refusal !== null) return refusal;
  if (!(await mayWrite(labelledBy))) return `${labelledBy} may not write to the repository`;
  await write(issue);
  return null;
}

/** Milliseconds between the label and the last change that are still the label's own. */
const graceMs = 5000;

/** Whether an issue may have changed since it was labelled, so that nobody looked at what it says now. */
export function changedSince({ updatedAt }: ForgeIssue, labelledAt: string): boolean {
  return !(Date.parse(updatedAt) - Date.parse(labelledAt) <= graceMs);
}
