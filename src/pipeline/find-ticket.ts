import { Failure } from '../domain/failure.ts';
import type { RunRecord } from '../domain/run.ts';
import { idFromFileName, normaliseId } from '../domain/ticket.ts';
import type { Ticket, TicketState } from '../domain/ticket.ts';
import type { Journal, TicketStore } from '../ports.ts';

/** A ticket where it lies; `ticket` is null when its file cannot be read as one. */
export type FoundTicket = {
  id: string;
  file: string;
  state: TicketState;
  sha256: string;
  ticket: Ticket | null;
  record: RunRecord | undefined;
};

type Named = Omit<FoundTicket, 'record'>;

/** Where somebody is most likely to mean a ticket first. */
const searched: readonly TicketState[] = ['processing', 'review', 'todo', 'failed', 'done'];

/**
 * Finds a ticket by its id in any spelling, its number alone, its file's name or its key. Throws `TICKET_NOT_FOUND`.
 */
export async function findTicket(
  { store, journal }: { store: TicketStore; journal: Journal },
  asked: string,
): Promise<FoundTicket> {
  for (const state of searched) {
    const tickets = state === 'todo' ? await listInbox(store) : await listState(store, state);
    for (const each of tickets) {
      const record = journal.byFile(each.file);
      if (isMeant(each, asked) || (/^[0-9a-f]{8,64}$/.test(asked) && record?.key.startsWith(asked) === true))
        return { ...each, record };
    }
  }
  throw new Failure('TICKET_NOT_FOUND', `There is no ticket "${asked}" in any folder of the backlog.`);
}

async function listState(store: TicketStore, state: TicketState): Promise<Named[]> {
  return (await store.list(state)).map(({ id, file, ticket, sha256 }) => ({
    id,
    file,
    state,
    ticket,
    sha256,
  }));
}

async function listInbox(store: TicketStore): Promise<Named[]> {
  const candidates = await store.candidates();
  return Promise.all(
    candidates.map(async ({ id, file, ticket }) => {
      const stored = await store.read(file, 'todo');
      const read = { id: stored?.id ?? id, ticket: stored?.ticket ?? ticket };
      return { ...read, file, state: 'todo' as const, sha256: stored?.sha256 ?? '' };
    }),
  );
}

function isMeant({ id, file }: Named, asked: string): boolean {
  const wanted = normaliseId(asked);
  const own = normaliseId(id);
  if (own === wanted || file === asked || file === `${asked}.md`) return true;
  if (normaliseId(idFromFileName(file)) === wanted) return true;
  // `12` means `task-12`, whatever the prefix.
  return /^[0-9]+(\.[0-9]+)*$/.test(wanted) && own.replace(/^[a-z]+-/, '') === wanted;
}
