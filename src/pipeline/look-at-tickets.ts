import type { Admission, Candidate } from '../domain/admission.ts';
import { admissionContext, decideAdmission } from '../domain/admission.ts';
import { normaliseId } from '../domain/ticket.ts';
import type { StoredTicket, TicketStore } from '../ports.ts';

/** One look at the backlog: what could be taken and why it may or may not, and what lies in `processing` and `review`. */
export type BacklogView = { decided: Decided[]; processing: StoredTicket[]; review: StoredTicket[] };

export type Decided = { candidate: Candidate; admission: Admission };

export async function lookAtTickets(store: TicketStore): Promise<BacklogView> {
  // In the order in which tickets move, so that none is missed while it goes from one folder to the next; one that was
  // in work before and is in none of them now is on its way back.
  const before = await store.list('processing');
  const candidates = await store.candidates();
  const processing = await store.list('processing');
  const review = await store.list('review');
  const inbox = new Set(candidates.map(({ file }) => file));
  const goingBack = before.filter(({ file }) => !inbox.has(file));
  const live = new Set([...goingBack, ...processing, ...review].map(({ id }) => normaliseId(id)));
  const dependencies = candidates.flatMap(({ ticket }) => ticket?.dependencies ?? []);
  const done = await finishedAmong(dependencies, { store, candidates, live });
  const context = admissionContext(candidates, live, done);
  const decided = candidates.map((candidate) => ({
    candidate,
    admission: decideAdmission(candidate, context),
  }));
  return { decided, processing, review };
}

async function finishedAmong(
  dependencies: readonly string[],
  { store, candidates, live }: { store: TicketStore; candidates: readonly Candidate[]; live: Set<string> },
): Promise<ReadonlySet<string>> {
  if (dependencies.length === 0) return new Set();
  const elsewhere = new Set([...live, ...candidates.map(({ id }) => normaliseId(id))]);
  return store.finished([...new Set(dependencies)], elsewhere);
}

export function readyOf(decided: readonly Decided[]): Candidate[] {
  return decided.flatMap(({ candidate, admission }) => (admission.verdict === 'ready' ? [candidate] : []));
}
