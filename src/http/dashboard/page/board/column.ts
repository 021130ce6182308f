import type { JSX } from 'preact';
import { h } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { TicketState } from '../../../../domain/ticket.ts';
import { stateNames } from '../parts/badge.ts';
import { Empty, Loading, Trouble } from '../parts/notice.ts';
import { Card } from './card.ts';
import type { ColumnData } from './use-column.ts';
import { useColumn } from './use-column.ts';
import type { Frame } from './visible-rows.ts';
import { visibleRows } from './visible-rows.ts';

const empty: Record<TicketState, string> = {
  todo: 'Drop a Markdown file into backlog/todo.',
  processing: 'Nothing is being worked on.',
  review: 'Nothing waits for you.',
  done: 'Nothing was merged yet.',
  failed: 'Nothing failed.',
};

/** One state's tickets. Only the cards in sight are drawn, so ten thousand cost as much as ten. */
export function Column({ state, q }: { state: TicketState; q: string }): JSX.Element {
  const column = useColumn(state, q);
  const total = column.known?.total;
  return h(
    'section',
    { class: `column ${state}`, 'aria-label': stateNames[state] },
    h(
      'header',
      { class: 'column-head' },
      h('h2', null, stateNames[state]),
      h('span', { class: 'count', 'aria-label': `${total ?? 'unknown number of'} tickets` }, total ?? '·'),
    ),
    h(Cards, { column, state, q }),
  );
}

function Cards({ column, state, q }: { column: ColumnData; state: TicketState; q: string }): JSX.Element {
  const { known, problem, reload } = column;
  if (known === null && problem !== null) return h(Trouble, { problem, retry: reload });
  if (known === null) return h(Loading, { lines: 4 });
  if (known.total > 0) return h(Scroller, { column });
  return q === ''
    ? h(Empty, { title: 'Empty' }, empty[state])
    : h(Empty, { title: 'No match' }, 'No ticket here has these words.');
}

function Scroller({ column: { known, at, reload, want } }: { column: ColumnData }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const frame = useFrame(box);
  const total = known?.total ?? 0;
  const { first, last, columns, rowHeight, height } = visibleRows(frame, total);
  useEffect(() => want(last), [last]);
  const rows = Array.from({ length: last - first }, (_, i) => first + i);
  return h(
    'div',
    { class: 'scroller', ref: box, tabIndex: 0, role: 'region', 'aria-label': 'Tickets' },
    h(
      'ul',
      { class: 'cards', style: { height: `${height}px` } },
      rows.map((i) => {
        const ticket = known?.tickets[i];
        return h(
          'li',
          {
            key: ticket?.file ?? i,
            class: 'cell',
            style: {
              top: `${Math.floor(i / columns) * rowHeight}px`,
              left: `${((i % columns) / columns) * 100}%`,
              width: `${100 / columns}%`,
            },
            'aria-setsize': total,
            'aria-posinset': i + 1,
          },
          ticket === undefined
            ? h('div', { class: 'card skeleton' })
            : h(Card, { ticket, at, onDone: reload }),
        );
      }),
    ),
  );
}

/** What of a scrolled box is in sight; looked at once a frame at most. */
function useFrame(box: { readonly current: HTMLDivElement | null }): Frame {
  const [frame, setFrame] = useState<Frame>({ top: 0, height: 800, width: 280 });
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    let waiting = 0;
    const look = (): void => {
      waiting = 0;
      setFrame({ top: element.scrollTop, height: element.clientHeight, width: element.clientWidth });
    };
    const soon = (): void => {
      if (waiting === 0) waiting = requestAnimationFrame(look);
    };
    const sizes = new ResizeObserver(soon);
    sizes.observe(element);
    element.addEventListener('scroll', soon, { passive: true });
    return () => {
      cancelAnimationFrame(waiting);
      sizes.disconnect();
      element.removeEventListener('scroll', soon);
    };
  }, []);
  return frame;
}
