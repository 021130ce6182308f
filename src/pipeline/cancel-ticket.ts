import { Failure } from '../domain/failure.ts';
import type { RunRecord } from '../domain/run.ts';
import { newRecord } from './claim-ticket.ts';
import { failedEnding } from './endings.ts';
import type { FoundTicket } from './find-ticket.ts';
import { settleTicket } from './settle-ticket.ts';
import type { Story } from './story.ts';
import type { WorkQueue } from './work-queue.ts';

const cancelled = new Failure('CANCELLED', 'A person cancelled the ticket.');

/** Ends a ticket that waits or is at work; its file goes to `failed`, from where it can be brought back. */
export async function cancelTicket(
  story: Story,
  queue: Pick<WorkQueue, 'cancel'>,
  found: FoundTicket,
): Promise<void> {
  const { id, state } = found;
  if (state !== 'todo' && state !== 'processing')
    throw new Failure(
      'NOT_POSSIBLE',
      `Ticket ${id} is in ${state}; only waiting and running tickets can be cancelled.`,
    );
  const record = found.record ?? (await recordFor(story, found));
  if (state === 'processing' && (await queue.cancel(record.key, cancelled))) return;
  const ending = { ...failedEnding(cancelled), stage: state, elapsedMs: 0 };
  if ((await settleTicket(story, { ...record, file: found.file }, { from: state, ending })) === null)
    throw new Failure('NOT_POSSIBLE', `Ticket ${id} was moved away meanwhile.`);
}

async function recordFor(story: Story, found: FoundTicket): Promise<RunRecord> {
  const { id, file, ticket } = found;
  if (ticket === null)
    throw new Failure(
      'NOT_POSSIBLE',
      `${file} cannot be read as a ticket; correct it or take it away by hand.`,
    );
  const identity = await story.journal.identify({ id, createdDate: ticket.createdDate, file });
  return newRecord(story, identity, found, story.journal.get(identity.key));
}
