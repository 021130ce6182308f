import { likelyFiles } from './footprint.ts';
import { displayTitle } from './ticket-identity.ts';
import type { Ticket } from './ticket.ts';
import { repositoryName } from './ticket.ts';

/**
 * What queues and lists go by. However long a ticket's text is, this is little: it is kept in memory of every ticket
 * there is.
 */
export type TicketSummary = Pick<
  Ticket,
  'id' | 'createdDate' | 'labels' | 'dependencies' | 'modifiedFiles' | 'priority'
> & {
  /** What people call it; never empty. */
  title: string;
  /** Hex, of what it was made of; see `StoredTicket`. */
  sha256: string;
  /** The model that the ticket names. */
  model?: string;
  /** The repository that it is about. */
  repo: string;
  /** The files that it says it changes or that its text names; see `Footprint`. */
  files: readonly string[];
};

export function summarise(ticket: Ticket, { file, sha256 }: { file: string; sha256: string }): TicketSummary {
  const { id, createdDate, labels, dependencies, modifiedFiles, priority, wishes } = ticket;
  return {
    id,
    title: displayTitle(ticket, file),
    createdDate,
    labels,
    dependencies,
    modifiedFiles,
    ...(priority === undefined ? {} : { priority }),
    ...(wishes.model === undefined ? {} : { model: wishes.model }),
    repo: repositoryName(wishes),
    files: likelyFiles(ticket),
    sha256,
  };
}
