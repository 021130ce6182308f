import type { Ticket, TicketWishes } from './ticket.ts';
import { normaliseId } from './ticket.ts';
import { cut, joinLines } from './untrusted.ts';

/** One part of a ticket as a model proposes it; `after`: numbers, from 1, of the parts that must be done before it. */
export type ProposedPart = { title: string; description: string; criteria: string[]; after: number[] };

/** A part as the ticket that it becomes when a person agrees. */
export type SubTicket = {
  id: string;
  parentTaskId: string;
  title: string;
  description: string;
  criteria: string[];
  /** Ids of other parts. */
  dependencies: string[];
  labels: string[];
  priority?: string;
  wishes: Inherited;
};

/** What the parts of a ticket are made with, as the ticket itself would have been. */
type Inherited = Pick<TicketWishes, 'model' | 'agent' | 'repo' | 'base' | 'checks' | 'review'>;

/**
 * A ticket's parts. drafted: they are being written · proposed: the ticket waits for a person · agreed: they are tickets
 * of their own, and the ticket is done when they are.
 */
export type Split = { parts: SubTicket[]; state: 'drafted' | 'proposed' | 'agreed' };

const longest = { title: 200, description: 4000, criterion: 500 };

/** Names the parts `PARENT.1`, `PARENT.2`…, after those among `taken` that the ticket has already. */
export function nameParts(
  parent: { id: string; ticket: Pick<Ticket, 'labels' | 'priority' | 'wishes'> },
  proposed: readonly ProposedPart[],
  taken: readonly string[],
): SubTicket[] {
  const { id, ticket } = parent;
  const last = Math.max(0, ...taken.map((each) => numberBelow(id, each)));
  const idOf = (number: number): string => `${id}.${last + number}`;
  return proposed.map((part, index) => ({
    id: idOf(index + 1),
    parentTaskId: id,
    title: cut(joinLines(part.title), longest.title),
    description: cut(part.description.trim(), longest.description),
    criteria: part.criteria.map((each) => cut(joinLines(each), longest.criterion)),
    dependencies: [...new Set(part.after)].filter((number) => earlier(number, index)).map(idOf),
    labels: [...ticket.labels],
    ...(ticket.priority === undefined ? {} : { priority: ticket.priority }),
    wishes: inherited(ticket.wishes),
  }));
}

/** Whether it is the number, from 1, of a part before the one at `index`: nothing waits for itself, or in a circle. */
function earlier(number: number, index: number): boolean {
  return Number.isInteger(number) && number >= 1 && number <= index;
}

/** The ticket's limits stay with it: they are about all of the work. */
function inherited({ model, agent, repo, base, checks, review }: TicketWishes): Inherited {
  const known = Object.entries({ model, agent, repo, base, checks, review });
  return Object.fromEntries(known.filter(([, value]) => value !== undefined));
}

/** The number of a direct part of a ticket; 0 for any other id. */
function numberBelow(parent: string, id: string): number {
  const [above, below] = [normaliseId(parent), normaliseId(id)];
  if (!below.startsWith(`${above}.`)) return 0;
  const number = below.slice(above.length + 1);
  return /^\d{1,6}$/.test(number) ? Number(number) : 0;
}

/** Whether all that was agreed to is done; what a person took out of the backlog is not waited for. */
export function areDone(parts: readonly SubTicket[], stateOf: (id: string) => string | undefined): boolean {
  const states = parts.map(({ id }) => stateOf(normaliseId(id)));
  return states.includes('done') && states.every((state) => state === undefined || state === 'done');
}

/** The parts for people, one a line. */
export function listParts(parts: readonly SubTicket[]): string {
  return parts
    .map(({ id, title, dependencies }) => {
      const after = dependencies.length === 0 ? '' : ` (after ${dependencies.join(', ')})`;
      return `- ${id} ${title}${after}`;
    })
    .join('\n');
}
