import type { JSX } from 'preact';
import { h } from 'preact';
import { stages } from '../../../../domain/run.ts';
import type { TicketSummary } from '../../../shapes/tickets.ts';
import { age, duration, moment, plain } from '../format.ts';
import type { Tone } from '../parts/badge.ts';
import { Badge } from '../parts/badge.ts';
import { Decisions } from '../parts/decide.ts';
import { useNow } from '../parts/now.ts';
import { writePlace } from '../place.ts';

type Properties = { ticket: TicketSummary; at: number; onDone: () => void };

/** A ticket on the board: what it is, the one thing to know of it now, and what a person can do with it. */
export function Card({ ticket, at, onDone }: Properties): JSX.Element {
  const { id, title, actions } = ticket;
  return h(
    'article',
    { class: 'card' },
    h(
      'p',
      { class: 'card-top' },
      h('code', { class: 'ticket-id' }, plain(id)),
      h('span', { class: 'muted', title: moment(ticket.changedAt) }, age(ticket.changedAt, Date.now())),
    ),
    h(
      'h3',
      { class: 'card-title' },
      h('a', { href: writePlace({ view: 'ticket', id, tab: 'overview' }), dir: 'auto' }, plain(title)),
    ),
    ticket.running === null ? h(Standing, { ticket }) : h(Progress, { running: ticket.running, at }),
    h(
      'div',
      { class: 'card-foot' },
      h('span', { class: 'muted ellipsis' }, plain(shortModel(ticket.model))),
      h(Decisions, { actions, tickets: [{ id, title }], onDone }),
    ),
  );
}

/** How a ticket that nobody works on stands. */
function Standing({ ticket }: { ticket: TicketSummary }): JSX.Element {
  const { badge, text } = standingOf(ticket);
  return h(
    'p',
    { class: 'card-line' },
    badge === null ? null : h(Badge, badge),
    h('span', { class: 'muted ellipsis', title: plain(text) }, plain(text)),
  );
}

type Standing = { badge: { tone: Tone; text: string } | null; text: string };

function standingOf(ticket: TicketSummary): Standing {
  const { problem, hold, lastError, waiting, pullRequest, labels, state } = ticket;
  if (problem !== null) return { badge: { tone: 'bad', text: 'Unreadable' }, text: problem };
  if (hold !== null && state === 'review')
    return { badge: { tone: 'warn', text: 'Needs you' }, text: hold.reason };
  if (state === 'failed')
    return lastError === null
      ? { badge: { tone: 'bad', text: 'Failed' }, text: '' }
      : { badge: { tone: 'bad', text: lastError.code }, text: lastError.message };
  if (waiting !== null && waiting.verdict !== 'ready')
    return {
      badge: {
        tone: waiting.verdict === 'hold' ? 'warn' : 'calm',
        text: waiting.verdict === 'hold' ? 'Held' : 'Waits',
      },
      text: waiting.reason,
    };
  if (pullRequest !== null)
    return { badge: { tone: 'calm', text: `#${pullRequest.number}` }, text: labels.join(', ') };
  return {
    badge: ticket.priority === null ? null : { tone: 'calm', text: ticket.priority },
    text: labels.join(', '),
  };
}

function Progress({
  running,
  at,
}: {
  running: NonNullable<TicketSummary['running']>;
  at: number;
}): JSX.Element {
  const now = useNow(1000);
  const reached = running.stage === null ? -1 : stages.indexOf(running.stage);
  const doing =
    running.stage === 'code' && running.action !== null ? running.action : (running.stage ?? 'begins');
  return h(
    'div',
    { class: 'card-line' },
    h(
      'span',
      {
        class: 'dots',
        role: 'img',
        'aria-label': `Stage ${reached + 1} of ${stages.length}: ${running.stage ?? 'begins'}`,
      },
      stages.map((stage, i) =>
        h('i', { key: stage, class: i < reached ? 'past' : i === reached ? 'present' : '' }),
      ),
    ),
    h('span', { class: 'ellipsis' }, plain(doing)),
    h('span', { class: 'muted elapsed' }, duration(running.elapsedMs + Math.max(0, now - at))),
  );
}

/** Without its provider, which on this machine is nearly always the same. */
function shortModel(model: string | null): string {
  return model?.replace(/^ollama\//, '') ?? '';
}
