import { Failure } from '../domain/failure.ts';
import type { PullRequest } from '../domain/forge.ts';
import type { HoldCode, RunRecord } from '../domain/run.ts';
import { failedNote, heldNote, publishedNote } from '../domain/ticket-note.ts';
import type { Ending } from './settle-ticket.ts';

type Words = Omit<Ending, 'stage' | 'elapsedMs'>;

/** What a published change means for its ticket; a person may have decided about it while we were away. */
export function publishedEnding({
  record,
  pullRequest,
}: {
  record: RunRecord;
  pullRequest: Pick<PullRequest, 'url' | 'state'> | null;
}): Words {
  const { publication, branch } = record;
  if (publication === null) throw new Failure('INTERNAL', `The record of ${record.id} holds no change.`);
  const note = publishedNote(publication, pullRequest);
  const edits = {
    modifiedFiles: publication.files,
    ...(pullRequest === null ? {} : { addReferences: [pullRequest.url] }),
    finalSummary: note,
  };
  const where = pullRequest?.url ?? `branch ${branch ?? ''}`;
  switch (pullRequest?.state) {
    case 'merged':
      return { to: 'done', code: null, message: `${where} is merged`, comment: note, edits };
    case 'closed':
      return { to: 'failed', code: 'REJECTED', message: `${where} was closed`, comment: note, edits };
    case 'open':
    case undefined:
      return { to: 'review', code: null, message: `${where} is ready for review`, comment: note, edits };
  }
}

/** A run that waits for a person, and what that person can do. */
export function heldEnding(record: RunRecord, { code, reason }: { code: HoldCode; reason: string }): Words {
  const { publication } = record;
  return {
    to: 'review',
    code,
    message: reason,
    comment: heldNote(reason, publication, adviceFor(record, code)),
    ...(publication === null ? {} : { edits: { modifiedFiles: publication.files } }),
  };
}

export function failedEnding(failure: Failure): Words {
  const { code, message } = failure;
  return { to: 'failed', code, message, comment: failedNote(failure) };
}

/** The words of a move that was recorded but perhaps not made, from the record alone. */
export function endingOf(record: RunRecord, to: Ending['to']): Ending {
  const { lastError, hold, pullRequest } = record;
  const { stage, elapsedMs } = lastError ?? { stage: 'publish', elapsedMs: 0 };
  const state = to === 'done' ? 'merged' : 'open';
  const words =
    lastError !== null
      ? failedEnding(new Failure(lastError.code, lastError.message))
      : hold !== null
        ? heldEnding(record, hold)
        : publishedEnding({ record, pullRequest: pullRequest && { ...pullRequest, state } });
  return { ...words, to, stage, elapsedMs };
}

function adviceFor({ id, publication }: RunRecord, code: HoldCode): string {
  if (publication !== null)
    return `\`ticketmill show ${id} --diff\` shows the change; \`ticketmill approve ${id}\` publishes it, \`ticketmill reject ${id}\` does not.`;
  return code === 'QUESTION'
    ? 'Answer in the ticket and move it back to the todo folder.'
    : `\`ticketmill approve ${id}\` closes the ticket as done, \`ticketmill reject ${id}\` fails it.`;
}
