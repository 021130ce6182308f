import { Failure } from '../domain/failure.ts';
import { checkIdentity } from '../domain/ticket-identity.ts';
import { parseTicket } from './parse-ticket.ts';
import type { TicketDraft } from './write-ticket.ts';
import { ticketFileName, writeTicket } from './write-ticket.ts';

/**
 * The Markdown of a new ticket, proved by the parser: what it would refuse or leave out is never written. Throws
 * `TICKET_INVALID`.
 */
export function composeTicket(draft: TicketDraft, id: string, now: Date): string {
  const createdDate = now.toISOString().slice(0, 16).replace('T', ' ');
  const text = writeTicket(draft, { id, createdDate });
  const file = ticketFileName(id, draft.title);
  const parsed = parseTicket(new TextEncoder().encode(text), file);
  const problem = parsed.ok ? (checkIdentity(parsed.ticket, file) ?? parsed.warnings[0]) : parsed.reason;
  if (problem !== undefined)
    throw new Failure('TICKET_INVALID', `"${draft.title}" makes no ticket: ${problem}.`);
  return text;
}
