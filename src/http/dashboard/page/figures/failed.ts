import type { JSX } from 'preact';
import { h } from 'preact';
import type { Failures } from '../../../shapes/figures.ts';
import { age, moment, plain } from '../format.ts';
import { Badge } from '../parts/badge.ts';
import { Decisions } from '../parts/decide.ts';
import { Empty, whenKnown } from '../parts/notice.ts';
import { told } from '../parts/told.ts';
import { writePlace } from '../place.ts';
import { useResource } from '../resource.ts';

type Group = Failures['groups'][number];

const lookMs = 15_000;

/** What failed, by its cause: what is to be done about one of a group is to be done about all of it. */
export function Failed(): JSX.Element {
  const failures = useResource<Failures>('/api/failures', {
    on: ({ type }) => type === 'ticket:settled' || type === 'ticket:claimed' || type === 'ticket:requeued',
    everyMs: lookMs,
  });
  return h(
    'div',
    { class: 'page' },
    h('header', { class: 'page-head' }, h('h1', null, 'Failed')),
    whenKnown(failures, ({ groups }) =>
      groups.length === 0
        ? h(Empty, { title: 'Nothing failed' }, 'Tickets that do come here, grouped by their cause.')
        : h(
            'div',
            { class: 'groups' },
            groups.map((group) => h(GroupPanel, { key: group.code, group, reload: failures.reload })),
          ),
    ),
  );
}

/** Tickets of a group that are listed at first. */
const mostListed = 8;

function GroupPanel({ group, reload }: { group: Group; reload: () => void }): JSX.Element {
  const { code, errorType, hint, count, tickets } = group;
  return h(
    'section',
    { class: 'panel group', 'aria-label': code },
    h(
      'header',
      { class: 'panel-head' },
      h('h2', null, h('code', null, code)),
      h(Badge, { tone: 'calm', text: errorType }),
      h('span', { class: 'count', 'aria-label': `${count} tickets` }, count),
      h(Decisions, { actions: tickets.length > 1 ? ['retry'] : [], tickets, onDone: reload }),
    ),
    h('p', { class: 'muted' }, told(hint)),
    h(Tickets, { tickets: tickets.slice(0, mostListed), reload }),
    tickets.length <= mostListed
      ? null
      : h(
          'details',
          null,
          h('summary', null, `${tickets.length - mostListed} more`),
          h(Tickets, { tickets: tickets.slice(mostListed), reload }),
        ),
  );
}

function Tickets({ tickets, reload }: { tickets: Group['tickets']; reload: () => void }): JSX.Element {
  const now = Date.now();
  return h(
    'ul',
    { class: 'failed-tickets' },
    tickets.map(({ id, file, title, message, failedAt, attempts }) =>
      h(
        'li',
        { key: file },
        h(
          'div',
          { class: 'failed-text' },
          h(
            'p',
            { class: 'ellipsis' },
            h('code', { class: 'ticket-id' }, plain(id)),
            ' ',
            h('a', { href: writePlace({ view: 'ticket', id, tab: 'overview' }), dir: 'auto' }, plain(title)),
          ),
          h('p', { class: 'muted ellipsis', title: plain(message) }, plain(message)),
        ),
        h(
          'span',
          { class: 'muted failed-when', title: moment(failedAt) },
          `${age(failedAt, now)} · ${attempts} ×`,
        ),
        h(Decisions, { actions: ['retry'], tickets: [{ id, title }], onDone: reload }),
      ),
    ),
  );
}
