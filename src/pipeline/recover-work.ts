import { Failure } from '../domain/failure.ts';
import type { RunRecord } from '../domain/run.ts';
import type { StoredTicket } from '../ports.ts';
import { isMade } from './claim-ticket.ts';
import { endingOf } from './endings.ts';
import { completeMove, requeueTicket, settleTicket } from './settle-ticket.ts';
import type { Story } from './story.ts';
import { statusOf } from './story.ts';

/**
 * Brings everything that an earlier life left half done to a place from which it goes on. Each step may have happened
 * before, and recovery itself may be cut short anywhere.
 */
export async function recoverWork(story: Story): Promise<void> {
  const { store, journal } = story;
  await store.recover((file) => journal.byFile(file)?.move ?? null);
  for (const record of journal.all()) if (record.move !== null) await finishMove(story, record);
  await returnOrphans(story, await store.list('processing'), () => false);
}

/**
 * Tickets in `processing` that nobody works on, because their end could not be written or a person put them there, go
 * back to `todo`. What was made of them is in their record, and the next claim goes on from there.
 */
export async function returnOrphans(
  story: Story,
  processing: readonly StoredTicket[],
  isAtWork: (key: string) => boolean,
): Promise<void> {
  for (const { file } of processing) {
    const record = story.journal.byFile(file);
    if (isAtWork(record?.key ?? '')) continue;
    if (record === undefined) await returnUnknown(story, file);
    else await requeueTicket(story, record, { failure: ended, waitSeconds: record.waitSeconds });
  }
}

const ended = new Failure('INTERRUPTED', 'The daemon ended while the ticket was in work.');

async function returnUnknown({ store }: Story, file: string): Promise<void> {
  await store.edit(file, 'processing', { status: statusOf.todo });
  await store.transition(file, 'processing', 'todo');
}

async function finishMove(story: Story, record: RunRecord): Promise<void> {
  const { store, journal } = story;
  const { move, file } = record;
  if (move === null) return;
  const isThere = (await store.read(file, move.from)) !== null;
  switch (move.to) {
    case 'processing':
      // The claim was cut short; where it got as far as the move, the file is an orphan like any other.
      if (isThere) await journal.save(unclaimed(record));
      else await journal.save({ ...record, move: null });
      return;
    case 'todo':
      if ((await completeMove(story, record)) === null) await journal.save({ ...record, move: null });
      return;
    case 'review':
    case 'done':
    case 'failed':
      if (isThere) await settleTicket(story, record, { from: move.from, ending: endingOf(record, move.to) });
      else if ((await completeMove(story, record)) === null) await journal.save({ ...record, move: null });
  }
}

function unclaimed(record: RunRecord): RunRecord {
  if (isMade(record)) return { ...record, move: null };
  return { ...record, step: 'waiting', attempts: Math.max(0, record.attempts - 1), move: null };
}
