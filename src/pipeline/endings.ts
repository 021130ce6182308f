import { Failure } from '../domain/failure.ts';
import type { PullRequest } from '../domain/forge.ts';
import type { HoldCode } from '../domain/hold-code.ts';
import type { RunRecord } from '../domain/run.ts';
import { listParts } from '../domain/sub-ticket.ts';
import type { SubTicket } from '../domain/sub-ticket.ts';
import { failedNote, heldNote, publishedNote } from '../domain/ticket-note.ts';
import type { Ending } from './settle-ticket.ts';

type Words = Omit<Ending, 'stage' | 'elapsedMs'>;

/** What a published change means for its ticket; a person may have decided about it while we were away. */
export function publishedEnding({
  record,
  pullRequest,
  isInBase = false,
}: {
  record: RunRecord;
  pullRequest: Pick<PullRequest, 'url' | 'state'> | null;
  isInBase?: boolean;
}): Words {
  const { publication, branch } = record;
  if (publication === null) throw new Failure('INTERNAL', `The record of ${record.id} holds no change.`);
  const note = publishedNote(publication, pullRequest);
  const edits = {
    modifiedFiles: publication.files,
    checkCriteria: publication.met ?? [],
    ...(pullRequest === null ? {} : { addReferences: [pullRequest.url] }),
    finalSummary: note,
  };
  const where = pullRequest?.url ?? `branch ${branch ?? ''}`;
  if (isInBase)
    return {
      to: 'done',
      code: null,
      message: `the base branch has all of ${where} already`,
      comment: note,
      edits,
    };
  switch (pullRequest?.state) {
    case 'merged':
      return { to: 'done', code: null, message: `${where} is merged`, comment: note, edits };
    case 'closed':
      return { ...failedEnding(new Failure('REJECTED', `${where} was closed.`)), edits };
    case 'open':
    case undefined:
      return { to: 'review', code: null, message: `${where} is ready for review`, comment: note, edits };
  }
}

/** A run that waits for a person, and what that person can do. */
export function heldEnding(record: RunRecord, { code, reason }: NonNullable<RunRecord['hold']>): Words {
  const { publication } = record;
  if (code === 'ANSWERED') return answeredEnding(record, reason);
  if (code === 'SPLIT') return proposedEnding(record, reason);
  return {
    to: 'review',
    code,
    message: reason,
    comment: heldNote(reason, publication, adviceFor(record, code)),
    ...(publication === null ? {} : { edits: { modifiedFiles: publication.files } }),
  };
}

function answeredEnding({ id }: RunRecord, answer: string): Words {
  return {
    to: 'review',
    code: 'ANSWERED',
    message: 'The question is answered in the notes of the ticket.',
    comment: `The answer stands in the notes. \`ticketmill approve ${id}\` closes the ticket as done.`,
    edits: { addNotes: answer },
  };
}

function proposedEnding({ id, split }: RunRecord, reason: string): Words {
  const parts = split?.parts ?? [];
  const advice = `They are drafts: edit or remove them in the drafts folder. ${splitAdvice(id)}`;
  return {
    to: 'review',
    code: 'SPLIT',
    message: `Too large for one change, so ${parts.length} parts are proposed: ${reason}`,
    comment: heldNote(`${reason}\n\nIt could be done in parts:\n\n${listParts(parts)}`, null, advice),
  };
}

/** A person agreed to the parts of a ticket. */
export function splitEnding({ split }: RunRecord): Words {
  const message = `Its parts are tickets now: ${namesOf(split?.parts)}.`;
  return { to: 'review', code: null, message, comment: `${message} It is done when they are.` };
}

/** What a ticket waits for whose parts are tickets; null for any other. */
export function awaitedParts({ split, publication }: RunRecord): string | null {
  if (split?.state !== 'agreed' || publication !== null) return null;
  return `its parts are tickets now; it is done when they are: ${namesOf(split.parts)}`;
}

/** All parts of a ticket are done, and so it is. */
export function splitDoneEnding({ split }: RunRecord): Words {
  const message = `All its parts are done: ${namesOf(split?.parts)}.`;
  return { to: 'done', code: null, message, comment: message };
}

function namesOf(parts: readonly SubTicket[] = []): string {
  return parts.map(({ id }) => id).join(', ');
}

/** A person agreed with the model that there is nothing to do. */
export function unchangedEnding(): Words {
  const message = 'A person agreed that no change is needed.';
  return { to: 'done', code: null, message, comment: message };
}

/** A rework came to nothing: the pull request stays as it was, for a person. */
export function keptEnding({ pullRequest, branch }: RunRecord, failure: Failure): Words {
  const where = pullRequest?.url ?? `branch ${branch ?? ''}`;
  return {
    to: 'review',
    code: failure.code,
    message: `${where} stays as it was: ${failure.message}`,
    comment: failedNote(failure),
  };
}

export function failedEnding(failure: Failure): Words {
  const { code, message } = failure;
  return { to: 'failed', code, message, comment: failedNote(failure) };
}

/** The words of a move that was recorded but perhaps not made, from the record alone. */
export function endingOf(record: RunRecord, to: Ending['to']): Ending {
  const { stage, elapsedMs } = record.lastError ?? { stage: 'publish', elapsedMs: 0 };
  return { ...wordsOf(record, to), to, stage, elapsedMs };
}

function wordsOf(record: RunRecord, to: Ending['to']): Words {
  const { lastError, hold, pullRequest, publication } = record;
  if (lastError !== null) return failedEnding(new Failure(lastError.code, lastError.message));
  if (hold !== null) return heldEnding(record, hold);
  if (awaitedParts(record) !== null) return to === 'done' ? splitDoneEnding(record) : splitEnding(record);
  if (publication === null) return unchangedEnding();
  const state = to === 'done' ? 'merged' : 'open';
  return publishedEnding({ record, pullRequest: pullRequest && { ...pullRequest, state } });
}

/** What a person can do about a ticket that is held. */
export function adviceFor({ id, publication }: RunRecord, code: HoldCode): string {
  if (publication !== null)
    return `\`ticketmill show ${id} --diff\` shows the change; \`ticketmill approve ${id}\` publishes it, \`ticketmill reject ${id}\` does not.`;
  if (code === 'SPLIT') return splitAdvice(id);
  return code === 'QUESTION'
    ? 'Answer in the ticket and move it back to the todo folder.'
    : `\`ticketmill approve ${id}\` closes the ticket as done, \`ticketmill reject ${id}\` fails it.`;
}

function splitAdvice(id: string): string {
  return `\`ticketmill approve ${id}\` makes tickets of them, \`ticketmill reject ${id}\` discards them; to have it done as one, move it back to the todo folder.`;
}
