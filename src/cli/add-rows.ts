import type { AddedTicket, TicketDraft } from '../app/tools.ts';
import { forLine } from '../domain/untrusted.ts';
import type { Output } from './output.ts';
import type { Row } from './read-rows.ts';
import type { Session } from './session.ts';

/** Adds every row that is a ticket, and reports on each in its order; resolves with the exit code. */
export async function addRows(session: Session, rows: readonly Row[]): Promise<number> {
  const { output } = session;
  const loaded = session.load();
  const { addTickets, proveDraft } = await import('../app/tools.ts');
  const proven = rows.map((row) => prove(row, (draft) => proveDraft(draft, session.clock.now())));
  const drafts = proven.flatMap((row) => ('draft' in row ? [row.draft] : []));
  const added = await addTickets(drafts, loaded, { ...session, warn: session.output.warn });
  const tickets = added[Symbol.iterator]();
  for (const row of proven) await report(row, 'draft' in row ? tickets.next().value : undefined, output);
  output.say(`${added.length} of ${rows.length} tickets were added.`);
  return added.length === rows.length ? 0 : 1;
}

/** What makes no ticket is found before the first one is written. */
function prove(row: Row, objectionTo: (draft: TicketDraft) => string | null): Row {
  const objection = 'draft' in row ? objectionTo(row.draft) : null;
  return objection === null ? row : { row: row.row, faults: [objection] };
}

async function report(row: Row, ticket: AddedTicket | undefined, output: Output): Promise<void> {
  const { json, print, printJson, paint } = output;
  if (ticket !== undefined) {
    const { id, file } = ticket;
    if (json) await printJson({ row: row.row, ok: true, id, file });
    else await print(`${paint('strong', forLine(id, 80))}  ${forLine(file, 300)}`);
  } else {
    const error = 'faults' in row ? row.faults.join('; ') : '';
    if (json) await printJson({ row: row.row, ok: false, error });
    else await print(`${paint('bad', `row ${row.row}`)}  ${forLine(error, 1000)}`);
  }
}
