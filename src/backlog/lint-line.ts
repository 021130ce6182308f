import type { Criterion, Ticket } from '../domain/ticket.ts';
import { criteriaOf, parseTicket } from './parse-ticket.ts';

/** A line of `lint --json`. The ticket has the fields, names and values that Backlog.md gives it. */
export type LintLine = {
  file: string;
  ok: boolean;
  error: string | null;
  ticket: LintTicket | null;
};
export type LintTicket = Omit<Ticket, 'brief' | 'wishes' | 'idAsWritten'>;

export function lintLine(file: string, bytes: Uint8Array): LintLine {
  const parsed = parseTicket(bytes, file);
  if (!parsed.ok) return { file, ok: false, error: parsed.reason, ticket: null };
  const { brief: _brief, wishes: _wishes, idAsWritten: _idAsWritten, ...ticket } = parsed.ticket;
  return { file, ok: true, error: null, ticket: { ...ticket, acceptanceCriteriaItems: bodyCriteria(ticket) } };
}

/** Backlog.md does not know criteria in the front matter. */
function bodyCriteria(ticket: Pick<Ticket, 'rawContent'>): Criterion[] {
  return criteriaOf(ticket.rawContent.replace(/\r\n/g, '\n'), 'acceptanceCriteria');
}
