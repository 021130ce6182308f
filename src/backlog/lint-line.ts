import type { Ticket } from '../domain/ticket.ts';
import { criteriaOf, parseTicket } from './parse-ticket.ts';

/** A line of `lint --json`. The ticket has the fields, names and values that Backlog.md gives it. */
export type LintLine = {
  file: string;
  ok: boolean;
  error: string | null;
  ticket: LintTicket | null;
};
export type LintTicket = Omit<Ticket, OwnField>;

/** Fields that Backlog.md does not know. */
const ownFields = ['brief', 'wishes', 'idAsWritten'] as const;
type OwnField = (typeof ownFields)[number];

export function lintLine(file: string, bytes: Uint8Array): LintLine {
  const parsed = parseTicket(bytes, file);
  if (!parsed.ok) return { file, ok: false, error: parsed.reason, ticket: null };
  return { file, ok: true, error: null, ticket: asBacklogTicket(parsed.ticket) };
}

/** Backlog.md does not know criteria in the front matter either. */
function asBacklogTicket(ticket: Ticket): LintTicket {
  const copy: Partial<Ticket> = { ...ticket };
  for (const field of ownFields) Reflect.deleteProperty(copy, field);
  const source = ticket.rawContent.replace(/\r\n/g, '\n');
  return { ...(copy as LintTicket), acceptanceCriteriaItems: criteriaOf(source, 'acceptanceCriteria') };
}
