import { Failure, toFailure } from '../domain/failure.ts';
import type { RunRecord } from '../domain/run.ts';
import type { StoredTicket } from '../ports.ts';
import { isMade } from './claim-ticket.ts';
import { endingOf, publishedEnding } from './endings.ts';
import { findMoved } from './find-moved.ts';
import { hasRun } from './is-at-work.ts';
import type { Ending } from './settle-ticket.ts';
import {
  bringBack,
  completeMove,
  isThere,
  requeueTicket,
  settleTicket,
  tellSettled,
} from './settle-ticket.ts';
import { closeSplits } from './split-ticket.ts';
import type { Story } from './story.ts';
import { siteOf, statusOf } from './story.ts';

/**
 * Brings everything that an earlier life left half done to a place from which it goes on. Each step may have happened
 * before, and recovery itself may be cut short anywhere.
 */
export async function recoverWork(story: Story): Promise<void> {
  const { store, journal } = story;
  await store.recover((file) => journal.byFile(file)?.move ?? null);
  for (const record of journal.all()) await tolerate(story, record.file, () => finishMove(story, record));
  const processing = await store.list('processing');
  await returnOrphans(story, processing, () => false);
  const readable = new Set(processing.map(({ file }) => file));
  for (const record of journal.all())
    if (!readable.has(record.file)) await tolerate(story, record.file, () => returnUnreadable(story, record));
}

/**
 * The same for what a run could not bring to its end while the daemon goes on, and for tickets whose parts are done:
 * `isAtWork` says which files of `processing` still have a run. True when a ticket went back to `todo`.
 */
export async function mendWork(
  story: Story,
  processing: readonly StoredTicket[],
  isAtWork: (file: string) => boolean,
): Promise<boolean> {
  for (const record of story.journal.all()) {
    const { file } = record;
    if (isEnding(record) && !isAtWork(file)) await tolerate(story, file, () => finishMove(story, record));
  }
  await closeSplits(story);
  return returnOrphans(story, processing, isAtWork);
}

/**
 * Tickets in `processing` that nobody works on, because their end could not be written or a person put them there, go
 * back to `todo`. What was made of them is in their record, and the next claim goes on from there.
 */
async function returnOrphans(
  story: Story,
  processing: readonly StoredTicket[],
  isAtWork: (file: string) => boolean,
): Promise<boolean> {
  let returned = false;
  for (const { file, id, ticket } of processing.filter((stored) => !isAtWork(stored.file))) {
    const record = story.journal.byFile(file, ticket.id === '' ? undefined : id);
    if (record !== undefined && isEnding(record)) continue;
    await tolerate(story, file, async () => {
      const back = record === undefined ? await returnUnknown(story, file) : await requeue(story, record);
      returned ||= back !== null;
    });
  }
  return returned;
}

/** One ticket that cannot be put in order is no reason to leave the others; the next look tries again. */
async function tolerate(story: Story, file: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const message = `${file} could not be put in order: ${toFailure(error).message}`;
    story.observe({ type: 'daemon:warning', message });
  }
}

/** Whether its end is decided, so that it must not be taken for one that was interrupted. */
function isEnding({ move }: RunRecord): boolean {
  return move?.from === 'processing' && move.to !== 'todo';
}

function requeue(story: Story, record: RunRecord): Promise<RunRecord | null> {
  const failure = new Failure('INTERRUPTED', 'The daemon ended while the ticket was in work.');
  return requeueTicket(story, record, { failure, waitSeconds: record.waitSeconds });
}

async function returnUnknown({ store }: Story, file: string): Promise<string | null> {
  await store.edit(file, 'processing', { status: statusOf.todo });
  return store.transition(file, 'processing', 'todo');
}

/** What was made unreadable while it was at work is shown as held where it can be taken from. */
async function returnUnreadable(story: Story, record: RunRecord): Promise<void> {
  const isOurs = record.move === null && hasRun(record);
  if (isOurs && (await isThere(story, record.file, 'processing'))) await requeue(story, record);
}

async function finishMove(story: Story, record: RunRecord): Promise<void> {
  const { journal } = story;
  const { move, file } = record;
  if (move === null) return;
  const isBefore = await isThere(story, file, move.from);
  switch (move.to) {
    case 'processing':
      // The claim was cut short; where it got as far as the move, the file is an orphan like any other.
      await journal.save(isBefore ? unclaimed(record) : await claimed(story, record));
      return;
    case 'todo': {
      const back = isBefore ? await bringBack(story, record) : await completeMove(story, record);
      if (back === null) await journal.save({ ...record, move: null });
      return;
    }
    case 'review':
    case 'done':
    case 'failed': {
      const ending = await endingNow(story, record, move.to);
      const done = isBefore ? null : await completeMove(story, record);
      if (done !== null) tellSettled(story, done, endingOf(record, move.to));
      else if (isBefore) await settleTicket(story, record, { from: move.from, ending });
      else await journal.save({ ...record, move: null });
    }
  }
}

/** A person may have decided about a pull request while nobody was here to see it. */
async function endingNow(story: Story, record: RunRecord, to: Ending['to']): Promise<Ending> {
  const ending = endingOf(record, to);
  const { branch, pullRequest, hold } = record;
  if (to !== 'review' || hold !== null || pullRequest === null || branch === null) return ending;
  const now = await siteOf(story, record)
    .forge.find(branch)
    .catch(() => null);
  return now === null ? ending : { ...ending, ...publishedEnding({ record, pullRequest: now }) };
}

async function claimed(story: Story, record: RunRecord): Promise<RunRecord> {
  const file = (await findMoved(story, record, 'processing')) ?? record.file;
  return { ...record, file, move: null };
}

function unclaimed(record: RunRecord): RunRecord {
  if (isMade(record)) return { ...record, move: null };
  return { ...record, step: 'waiting', attempts: Math.max(0, record.attempts - 1), move: null };
}
