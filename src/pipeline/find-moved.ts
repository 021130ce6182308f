import type { RunRecord } from '../domain/run.ts';
import { normaliseId } from '../domain/ticket.ts';
import type { TicketState } from '../domain/ticket.ts';
import type { StoredTicket } from '../ports.ts';
import type { Story } from './story.ts';

/**
 * The name under which a move that nobody heard the end of brought a ticket into a folder: its own, or a numbered one
 * where that was taken. Null when it is not there.
 */
export async function findMoved(
  { store, journal }: Story,
  record: RunRecord,
  state: TicketState,
): Promise<string | null> {
  const others = new Set(
    journal.all().flatMap(({ key, move, file }) => (key !== record.key && move === null ? [file] : [])),
  );
  const isIt = (stored: StoredTicket): boolean => isOf(stored, record) && !others.has(stored.file);
  const sameName = await store.read(record.file, state);
  const isSure = sameName !== null && isIt(sameName) && sameName.inputHash === record.inputHash;
  if (isSure) return record.file;
  const found = (await store.list(state)).filter(isIt);
  const sameWords = found.find(({ inputHash }) => inputHash === record.inputHash);
  return sameWords?.file ?? found.find(({ file }) => file === record.file)?.file ?? null;
}

/** A ticket without an id of its own is known by what it asks for: its name may have got a number. */
function isOf({ id, ticket, inputHash }: StoredTicket, record: RunRecord): boolean {
  if (normaliseId(id) === normaliseId(record.id)) return true;
  return ticket.id === '' && inputHash === record.inputHash;
}
