import { Failure } from '../domain/failure.ts';
import type { RunRecord } from '../domain/run.ts';
import { idFromFileName, normaliseId } from '../domain/ticket.ts';
import type { Ticket, TicketState } from '../domain/ticket.ts';
import type { Journal, ListedTicket, TicketStore } from '../ports.ts';

/** A ticket where it lies; `ticket` is null when its file cannot be read as one. */
export type FoundTicket = {
  id: string;
  file: string;
  state: TicketState;
  sha256: string;
  inputHash: string;
  ticket: Ticket | null;
  record: RunRecord | undefined;
};

/** Where somebody is most likely to mean a ticket first. */
const searched: readonly TicketState[] = ['processing', 'review', 'todo', 'failed'];

type Places = { store: Pick<TicketStore, 'index' | 'read' | 'stranger'>; journal: Pick<Journal, 'byFile'> };

/**
 * Finds a ticket by its id in any spelling, its number alone, its file's name or its key. Throws `TICKET_NOT_FOUND`, and
 * `TICKET_AMBIGUOUS` rather than decide over one of two.
 */
export async function findTicket({ store, journal }: Places, asked: string): Promise<FoundTicket> {
  // A ticket may be moved between the look and the reading; then it is somewhere else now.
  for (let tries = 3; tries > 0; tries -= 1) {
    const listed = await search({ store, journal }, asked);
    if (listed === null) break;
    const { id, file, state, problem } = listed;
    const stored = await store.read(file, state);
    // Without an id of its own a ticket may have been renamed by a move, and only its file is known.
    const record = journal.byFile(file, stored === null || stored.ticket.id === '' ? undefined : stored.id);
    if (stored !== null) {
      const { sha256, inputHash, ticket } = stored;
      return { id: stored.id, file, state, sha256, inputHash, ticket, record };
    }
    if (problem !== null) return { id, file, state, sha256: '', inputHash: '', ticket: null, record };
  }
  const why = await store.stranger(asked);
  if (why !== null) throw new Failure('NOT_POSSIBLE', why);
  throw new Failure('TICKET_NOT_FOUND', `There is no ticket "${asked}" in any folder of the backlog.`);
}

async function search({ store, journal }: Places, asked: string): Promise<ListedTicket | null> {
  const mayBeKey = /^[0-9a-f]{8,64}$/.test(asked);
  const hasKey = ({ file }: ListedTicket) => mayBeKey && journal.byFile(file)?.key.startsWith(asked) === true;
  const meantIn = async (states: readonly TicketState[]) =>
    (await store.index(states)).filter((each) => isMeant(each, asked) || hasKey(each));
  const open = await meantIn(searched);
  // The finished ones become more and more, and are seldom asked for.
  const meant = open.length > 0 ? open : await meantIn(['done']);
  for (const state of [...searched, 'done']) {
    const there = meant.filter((each) => each.state === state);
    const named = there.find(({ file }) => file === asked || file === `${asked}.md`);
    const [first, second] = there;
    if (first === undefined) continue;
    if (named === undefined && second !== undefined) throw ambiguous(asked, there);
    return named ?? first;
  }
  return null;
}

function ambiguous(asked: string, meant: readonly ListedTicket[]): Failure {
  const files = meant.map(({ file }) => JSON.stringify(file)).join(', ');
  return new Failure('TICKET_AMBIGUOUS', `"${asked}" may mean any of ${meant.length} tickets: ${files}.`);
}

/** Whether somebody who asks for `asked` means this ticket. */
export function isMeant(
  { id, file, droppedAs }: Pick<ListedTicket, 'id' | 'file' | 'droppedAs'>,
  asked: string,
): boolean {
  const wanted = normaliseId(asked);
  const own = normaliseId(id);
  if (own === wanted || file === asked || file === `${asked}.md` || droppedAs === asked) return true;
  if (normaliseId(idFromFileName(file)) === wanted) return true;
  // `12` means `task-12`, whatever the prefix.
  return /^[0-9]+(\.[0-9]+)*$/.test(wanted) && own.replace(/^[a-z]+-/, '') === wanted;
}
