import type { SettledTicket } from '../domain/command.ts';
import type { RunRecord } from '../domain/run.ts';
import type { Journal, ListedTicket } from '../ports.ts';
import { awaitedParts } from './endings.ts';

/** Of each state. */
const most = 20;

/** The tickets of `review` and `failed` that changed last, and what the journal knows of why they are there. */
export function listSettled(
  index: readonly ListedTicket[],
  journal: Pick<Journal, 'byFile'>,
): SettledTicket[] {
  return (['review', 'failed'] as const).flatMap((state) =>
    index
      .filter((ticket) => ticket.state === state)
      .sort((a, b) => b.changedAt - a.changedAt)
      .slice(0, most)
      .map(({ file, id, title, problem }) => {
        const record = journal.byFile(file, id);
        return { id, file, title, state, reason: problem ?? reasonOf(record, state) };
      }),
  );
}

function reasonOf(record: RunRecord | undefined, state: SettledTicket['state']): string {
  if (record === undefined) return '';
  const { hold, lastError, pullRequest, branch } = record;
  if (state === 'failed') return lastError === null ? '' : `${lastError.code} ${lastError.message}`;
  if (hold !== null) return `held: ${hold.reason} (${hold.code})`;
  if (pullRequest !== null) return `pull request #${pullRequest.number}`;
  return awaitedParts(record) ?? branch ?? '';
}
