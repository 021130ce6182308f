import type { JSX } from 'preact';
import { h } from 'preact';
import type { Event } from '../../../../domain/event.ts';
import type { Finding } from '../../../../domain/review.ts';
import type { TicketDetail } from '../../../shapes/tickets.ts';
import { plain } from '../format.ts';
import { StateBadge } from '../parts/badge.ts';
import { Decisions } from '../parts/decide.ts';
import { Loading, Trouble } from '../parts/notice.ts';
import type { Place, TicketTab } from '../place.ts';
import { ticketTabs, writePlace } from '../place.ts';
import type { Resource } from '../resource.ts';
import { useResource } from '../resource.ts';
import { Changes } from './changes.ts';
import { Overview } from './overview.ts';
import { Transcript } from './transcript.ts';

type TicketPlace = Extract<Place, { view: 'ticket' }>;

/** Nobody tells when a person moves the file, so it is looked for. */
const lookMs = 15_000;

export function Ticket({ place }: { place: TicketPlace }): JSX.Element {
  const path = `/api/tickets/${encodeURIComponent(place.id)}`;
  const ticket = useResource<TicketDetail>(path, { on: concernsTickets, everyMs: lookMs });
  const { value, problem, reload } = ticket;
  if (value === null)
    return h(
      'div',
      { class: 'page' },
      h(Back, {}),
      h('h1', { class: 'unseen' }, 'Ticket'),
      problem === null ? h(Loading, { lines: 6 }) : h(Trouble, { problem, retry: reload }),
    );
  return h(
    'div',
    { class: 'page' },
    h(Head, { value, reload }),
    h(Tabs, { place }),
    h(Tab, { tab: place.tab, path, ticket, value }),
  );
}

/** All that changes a report; the live text does not. */
function concernsTickets(event: Event): boolean {
  return 'runId' in event && event.type !== 'model:text';
}

function Back(): JSX.Element {
  return h('a', { class: 'back', href: '#/board' }, '← Board');
}

function Head({ value, reload }: { value: TicketDetail; reload: () => void }): JSX.Element {
  const { id, title, state, actions } = value;
  return h(
    'header',
    { class: 'ticket-head' },
    h('p', { class: 'ticket-crumbs' }, h(Back, {}), h('code', null, plain(id)), h(StateBadge, { state })),
    h('h1', { dir: 'auto' }, plain(title)),
    h(Decisions, { actions, tickets: [{ id, title }], onDone: reload }),
  );
}

const tabNames: Record<TicketTab, string> = {
  overview: 'Overview',
  changes: 'Changes',
  transcript: 'Transcript',
};

function Tabs({ place }: { place: TicketPlace }): JSX.Element {
  return h(
    'nav',
    { class: 'tabs', 'aria-label': 'Parts of the ticket' },
    ticketTabs.map((tab) =>
      h(
        'a',
        {
          key: tab,
          href: writePlace({ ...place, tab }),
          'aria-current': place.tab === tab ? 'page' : undefined,
        },
        tabNames[tab],
      ),
    ),
  );
}

function Tab({
  tab,
  path,
  ticket,
  value,
}: {
  tab: TicketTab;
  path: string;
  ticket: Resource<TicketDetail>;
  value: TicketDetail;
}): JSX.Element {
  switch (tab) {
    case 'overview':
      return h(Overview, { path, report: value, reload: ticket.reload });
    case 'changes':
      return h(Changes, {
        path,
        findings: (value.verdict?.findings ?? []) as readonly Finding[],
        summary: value.verdict?.summary ?? null,
      });
    case 'transcript':
      return h(Transcript, { runId: value.runId });
  }
}
