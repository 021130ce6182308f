import { join } from 'node:path';
import type { TicketState } from '../../src/domain/ticket.ts';
import type { Fleet } from './fleet.ts';
import { assertInvariants } from './invariants.ts';

/** That each of these tickets is in `review` with one pull request on one branch, and nothing was lost or left. */
export async function expectAllReviewed(
  fleet: Fleet,
  ids: readonly string[],
  fingerprint: Record<string, string>,
): Promise<void> {
  const ends: TicketState[] = ['review'];
  const place = {
    repository: fleet.repository,
    folder: (state: TicketState) => join(fleet.root, 'backlog', state),
    state: join(fleet.root, '.ticketmill'),
  };
  const promised = ids.map((id) => ({ id, file: `${id}.md`, words: 'Make it say hello.', ends }));
  await assertInvariants(place, { promised, fingerprint });
}
