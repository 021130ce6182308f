import type { Failure, FailureCode } from '../domain/failure.ts';
import { describeFailure } from '../domain/failure.ts';
import type { HoldCode } from '../domain/hold-code.ts';
import { isFailureCode } from '../domain/hold-code.ts';
import type { RunRecord } from '../domain/run.ts';
import type { TicketState } from '../domain/ticket.ts';
import { editedNote } from '../domain/ticket-note.ts';
import type { TicketEdits } from '../ports.ts';
import { ticketOf } from './bench.ts';
import { errorReport } from './error-report.ts';
import { findMoved } from './find-moved.ts';
import type { Story } from './story.ts';
import { stamp, statusOf } from './story.ts';
import { wasEdited } from './was-edited.ts';

/** How a run, or a person's decision about it, ends. */
export type Ending = {
  to: Extract<TicketState, 'review' | 'done' | 'failed'>;
  code: FailureCode | HoldCode | null;
  /** One sentence for people, without a line break. */
  message: string;
  /** What the ticket's own comment says. */
  comment: string;
  edits?: TicketEdits;
  /** Where the run was when it ended, and how long it took. */
  stage: string;
  elapsedMs: number;
};

/**
 * Writes the result into the ticket and moves it: intent into the journal, text, move, what belongs to the new state,
 * then the journal again. Null when a person took the ticket away meanwhile: the person wins.
 */
export async function settleTicket(
  story: Story,
  before: RunRecord,
  { from, ending: written }: { from: TicketState; ending: Ending },
): Promise<RunRecord | null> {
  const { store, journal, clock, redact } = story;
  // Decided once, with the intent: what is said in the ticket is said once, whoever edits it before we come back.
  const isNews = before.move === null && (await wasEdited(story, before));
  const edited = from === 'processing' && (before.edited || isNews);
  const said = edited ? `${written.comment}\n\n${editedNote}` : written.comment;
  const ending = { ...written, message: redact(written.message), comment: redact(said) };
  const { to } = ending;
  const lastError = errorOf(ending);
  const hold = to === 'review' ? before.hold : null;
  const intent: RunRecord = {
    ...before,
    step: 'settled',
    move: { from, to },
    edited,
    waitSeconds: 0,
    lastError,
    hold,
  };
  await journal.save(intent);
  const comment = { author: story.settings().bot, createdDate: stamp(clock), body: ending.comment };
  const isWritten = await store.edit(before.file, from, {
    ...ending.edits,
    status: statusOf[to],
    updatedDate: stamp(clock),
    comment,
  });
  const settled = isWritten ? await completeMove(story, intent) : null;
  if (settled === null) return withdraw(story, intent);
  tellSettled(story, settled, ending);
  return settled;
}

export function tellSettled({ observe }: Story, record: RunRecord, ending: Ending): void {
  const { to, code, message, elapsedMs } = ending;
  observe({
    type: 'ticket:settled',
    ...ticketOf({ identity: record, runId: record.runId }),
    file: record.file,
    to,
    code,
    errorType: code === null || !isFailureCode(code) ? null : describeFailure(code).errorType,
    message,
    elapsedMs,
    model: record.model,
  });
}

/**
 * Does the move that a record intends and what belongs to it; every part may have happened before. Null when the file
 * is not where the move begins, nor where a cut-short one would have brought it.
 */
export async function completeMove(story: Story, record: RunRecord): Promise<RunRecord | null> {
  const { store, journal, archive, clock } = story;
  const { move } = record;
  if (move === null) return record;
  const moved = move.from === move.to ? record.file : await store.transition(record.file, move.from, move.to);
  const file = moved ?? (await findMoved(story, record, move.to));
  if (file === null) return null;
  const done: RunRecord = { ...record, file, move: null };
  if (move.to === 'failed' && done.lastError !== null)
    await store.writeError(file, errorReport(done, done.lastError, clock.now()));
  // What it said is in the record by now.
  if (move.from === 'failed') await store.takeError(record.file);
  if (move.to === 'done') {
    await archive.keep(done.runId, 'record.json', JSON.stringify(done));
    await journal.remove(done.key);
  } else await journal.save(done);
  return done;
}

/** Puts a ticket back into `todo`: not its fault, so no attempt is spent. Null when a person took it away meanwhile. */
export async function requeueTicket(
  story: Story,
  before: RunRecord,
  { failure, waitSeconds }: { failure: Failure; waitSeconds: number },
): Promise<RunRecord | null> {
  const { journal } = story;
  const isFresh = before.step === 'claimed';
  const intent: RunRecord = {
    ...before,
    step: isFresh ? 'waiting' : before.step,
    attempts: isFresh ? before.attempts - 1 : before.attempts,
    move: { from: 'processing', to: 'todo' },
    waitSeconds,
  };
  await journal.save(intent);
  const requeued = await bringBack(story, intent);
  if (requeued === null) return withdraw(story, intent);
  const { code, message } = failure;
  const ticket = ticketOf({ identity: before, runId: before.runId });
  story.observe({ type: 'ticket:requeued', ...ticket, code, message, waitSeconds });
  return requeued;
}

/** Does the move back that a record intends; null when the file is gone. */
export async function bringBack(story: Story, intent: RunRecord): Promise<RunRecord | null> {
  const edits = { status: statusOf.todo, updatedDate: stamp(story.clock) };
  await story.store.edit(intent.file, intent.move?.from ?? 'processing', edits);
  return completeMove(story, intent);
}

/** A person has the ticket now: the run is over, and nothing is made again. */
export async function withdraw({ journal, observe }: Story, record: RunRecord): Promise<null> {
  await journal.save({ ...record, move: null });
  const ticket = ticketOf({ identity: record, runId: record.runId });
  observe({ type: 'ticket:withdrawn', ...ticket, file: record.file });
  return null;
}

/** Whether the file lies where we think, readable or not: an edit of nothing changes nothing. */
export function isThere({ store }: Story, file: string, state: TicketState): Promise<boolean> {
  return store.edit(file, state, {});
}

function errorOf({ to, code, message, stage, elapsedMs }: Ending): RunRecord['lastError'] {
  if (to !== 'failed' || code === null || !isFailureCode(code)) return null;
  return { code, message, stage, elapsedMs: Math.round(elapsedMs) };
}
