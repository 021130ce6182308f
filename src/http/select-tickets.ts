import type { TicketState } from '../domain/ticket.ts';
import { ticketStates } from '../domain/ticket.ts';
import type { ListedTicket } from '../ports.ts';
import type { TicketQuery } from './shapes/tickets.ts';

export type Selection = {
  page: ListedTicket[];
  /** How many match in all. */
  total: number;
  /** How many match the words, by state. */
  counts: Record<TicketState, number>;
  next: string | null;
};

/**
 * The tickets that are asked for, last changed first. A page goes on after a ticket, not after a number of them, so
 * that what moves to the front meanwhile shifts nothing.
 */
export function selectTickets(
  all: readonly ListedTicket[],
  { state, q, limit, after }: TicketQuery,
): Selection {
  const words = fold(q).split(/\s+/).filter(Boolean);
  const found = words.length === 0 ? all : all.filter((ticket) => hasWords(ticket, words));
  const counts = Object.fromEntries(ticketStates.map((each) => [each, 0])) as Record<TicketState, number>;
  for (const ticket of found) counts[ticket.state] += 1;
  const matching = state === undefined ? [...found] : found.filter((ticket) => ticket.state === state);
  matching.sort(byChange);
  const last = after === undefined ? null : readPlace(after);
  const from = last === null ? 0 : matching.findIndex((ticket) => byChange(ticket, last) > 0);
  const page = from === -1 ? [] : matching.slice(from, from + limit);
  const isEnd = from === -1 || from + limit >= matching.length;
  const end = page.at(-1);
  return { page, total: matching.length, counts, next: isEnd || end === undefined ? null : writePlace(end) };
}

type Place = Pick<ListedTicket, 'changedAt' | 'file' | 'state'>;

function byChange(a: Place, b: Place): number {
  return b.changedAt - a.changedAt || compare(a.file, b.file) || compare(a.state, b.state);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function hasWords({ id, title, file, labels }: ListedTicket, words: readonly string[]): boolean {
  const text = fold([id, title, file, ...labels].join('\n'));
  return words.every((word) => text.includes(word));
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

function writePlace({ changedAt, state, file }: Place): string {
  return Buffer.from([changedAt, state, file].join('/')).toString('base64url');
}

/** What makes no sense is the place before the first. */
function readPlace(text: string): Place | null {
  const match = /^(\d+)\/(\w+)\/(.*)$/s.exec(Buffer.from(text, 'base64url').toString());
  const [, changedAt, state, file] = match ?? [];
  if (changedAt === undefined || file === undefined) return null;
  return { changedAt: Number(changedAt), state: state as TicketState, file };
}
