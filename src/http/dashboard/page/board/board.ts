import type { JSX } from 'preact';
import { h } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { TicketState } from '../../../../domain/ticket.ts';
import { ticketStates } from '../../../../domain/ticket.ts';
import { replacePlace } from '../go-to.ts';
import { stateNames } from '../parts/badge.ts';
import type { Place } from '../place.ts';
import { writePlace } from '../place.ts';
import { Column } from './column.ts';

type BoardPlace = Extract<Place, { view: 'board' }>;

/** Milliseconds without a key after which the words are searched for. */
const quietMs = 180;

export function Board({ place }: { place: BoardPlace }): JSX.Element {
  const shown = place.state === null ? ticketStates : [place.state];
  return h(
    'div',
    { class: 'board-view' },
    h('h1', { class: 'unseen' }, 'Board'),
    h('div', { class: 'toolbar' }, h(Search, { place }), h(StateFilter, { place })),
    h(
      'div',
      { class: place.state === null ? 'board' : 'board single' },
      shown.map((state) => h(Column, { key: `${state} ${place.q}`, state, q: place.q })),
    ),
  );
}

function Search({ place }: { place: BoardPlace }): JSX.Element {
  const [words, setWords] = useState(place.q);
  useEffect(() => setWords(place.q), [place.q]);
  useEffect(() => {
    if (words === place.q) return;
    const wait = setTimeout(() => replacePlace({ ...place, q: words }), quietMs);
    return () => clearTimeout(wait);
  }, [words, place]);
  return h('input', {
    type: 'search',
    class: 'search',
    value: words,
    placeholder: 'Search id, title, file or label',
    'aria-label': 'Search tickets',
    maxLength: 200,
    onInput: (event: InputEvent) => setWords((event.target as HTMLInputElement).value),
  });
}

function StateFilter({ place }: { place: BoardPlace }): JSX.Element {
  const link = (state: TicketState | null, name: string): JSX.Element =>
    h(
      'a',
      {
        key: name,
        href: writePlace({ ...place, state }),
        'aria-current': place.state === state ? 'true' : undefined,
      },
      name,
    );
  return h(
    'nav',
    { class: 'segments', 'aria-label': 'Filter by state' },
    link(null, 'All'),
    ticketStates.map((state) => link(state, stateNames[state])),
  );
}
