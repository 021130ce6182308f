import { basename } from 'node:path';
import { Failure } from '../domain/failure.ts';
import { readRegular } from '../files/read-regular.ts';
import { writeAtomic } from '../files/write-atomic.ts';
import type { TicketEdits } from '../ports.ts';
import { editTicket } from './edit-ticket.ts';
import { maxTicketBytes } from './read-ticket-file.ts';

const tries = 5;

/** Edits a ticket whole or not at all and never over what a person saves meanwhile; false when it is not there. */
export async function editTicketFile(
  path: string,
  edits: TicketEdits,
  edit: typeof editTicket = editTicket,
): Promise<boolean> {
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    const read = await readRegular(path, maxTicketBytes);
    if (read.kind === 'gone') return false;
    if (read.kind === 'refused')
      throw new Failure('TICKET_INVALID', `${basename(path)} cannot be edited: ${read.reason}`);
    const edited = edit(read.bytes, edits);
    if (read.bytes.equals(edited)) return true;
    if (await writeAtomic(path, edited, { mode: read.mode, over: read.stamp })) return true;
  }
  throw new Failure(
    'TICKET_INVALID',
    `${basename(path)} changed ${tries} times while its result was to be written; leave it alone for a moment`,
  );
}
