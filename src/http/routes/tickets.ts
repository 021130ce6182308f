import type { ListedTicket } from '../../ports.ts';
import type { Shape } from '../route.ts';
import { defineRoute } from '../route.ts';
import type { Route } from '../route.ts';
import { selectTickets } from '../select-tickets.ts';
import { problemShape } from '../shapes/problem.ts';
import {
  addedShape,
  diffShape,
  draftShape,
  explanationShape,
  ticketListShape,
  ticketQuery,
  ticketReportShape,
} from '../shapes/tickets.ts';
import type { Draft, TicketDetail, TicketSummary } from '../shapes/tickets.ts';
import type { Explanation } from '../../domain/command.ts';

/** `id` is a ticket's id in any spelling, its number, its file's name, or its key. */
export type TicketSource = {
  list(): Promise<readonly ListedTicket[]>;
  /** What of a page's tickets is known beyond their files. */
  summarise(tickets: readonly ListedTicket[]): TicketSummary[];
  report(id: string): Promise<TicketDetail>;
  diff(id: string): Promise<string | null>;
  explain(id: string): Promise<Explanation>;
  add(draft: Draft): Promise<{ id: string; file: string }>;
};

export function ticketRoutes(source: TicketSource): Route[] {
  const list = defineRoute({
    method: 'get',
    path: '/api/tickets',
    name: 'listTickets',
    summary: 'The tickets of all states, or of one.',
    access: 'reader',
    query: ticketQuery,
    answers: { 200: { shape: ticketListShape }, ...refusals },
    async handle({ query }, response) {
      const { page, total, counts, next } = selectTickets(await source.list(), query);
      response.json({ tickets: source.summarise(page), total, counts, next });
    },
  });
  const add = defineRoute({
    method: 'post',
    path: '/api/tickets',
    name: 'addTicket',
    summary: 'Writes a ticket into todo.',
    access: 'writer',
    body: draftShape,
    answers: { 201: { shape: addedShape }, ...refusals, 422: { shape: problemShape } },
    async handle({ body }, response) {
      const added = await source.add(body);
      response
        .status(201)
        .location(`/api/tickets/${encodeURIComponent(added.id)}`)
        .json(added);
    },
  });
  return [list, add, ...oneTicketRoutes(source)];
}

function oneTicketRoutes(source: TicketSource): Route[] {
  const one = (part: string, name: string, [summary, shape]: [string, Shape]) => ({
    method: 'get' as const,
    path: `/api/tickets/{id}${part}`,
    name,
    summary,
    access: 'reader' as const,
    answers: { 200: { shape }, 404: { shape: problemShape }, ...refusals },
  });
  return [
    defineRoute({
      ...one('', 'showTicket', ['All that is known of one ticket.', ticketReportShape]),
      handle: async ({ id }, response) => void response.json(await source.report(id)),
    }),
    defineRoute({
      ...one('/diff', 'showDiff', ['What was changed for a ticket.', diffShape]),
      handle: async ({ id }, response) => void response.json({ id, diff: await source.diff(id) }),
    }),
    defineRoute({
      ...one('/explain', 'explainTicket', ['Why a ticket is, or is not, at work.', explanationShape]),
      handle: async ({ id }, response) => void response.json(await source.explain(id)),
    }),
  ];
}

/** Whatever is asked of the API may be refused by its gates, or find something wrong with us. */
export const refusals = {
  400: { shape: problemShape },
  401: { shape: problemShape },
  403: { shape: problemShape },
  429: { shape: problemShape },
  500: { shape: problemShape },
} as const;
