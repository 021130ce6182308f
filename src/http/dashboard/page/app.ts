import type { JSX } from 'preact';
import { h } from 'preact';
import { useEffect } from 'preact/hooks';
import { Board } from './board/board.ts';
import { Failed } from './figures/failed.ts';
import { Models } from './figures/models.ts';
import { Trends } from './figures/trends.ts';
import { usePlace } from './go-to.ts';
import { goLive } from './live.ts';
import type { Session } from './parts/session.ts';
import { SessionContext } from './parts/session.ts';
import type { Place } from './place.ts';
import { useResource } from './resource.ts';
import { Masthead } from './masthead.ts';
import { Ticket } from './ticket/ticket.ts';

const unknownSession: Session = { mayWrite: false, how: null };

export function App(): JSX.Element {
  const place = usePlace();
  useEffect(goLive, []);
  const session = useResource<Session>('/api/session', { on: () => false, everyMs: null }).value;
  return h(
    SessionContext.Provider,
    { value: session ?? unknownSession },
    h('a', { class: 'skip', href: '#content', onClick: skipToContent }, 'Skip to content'),
    h(Masthead, { place, isReader: session?.mayWrite === false }),
    h('main', { id: 'content', class: 'content', tabIndex: -1 }, h(View, { place })),
  );
}

function View({ place }: { place: Place }): JSX.Element {
  switch (place.view) {
    case 'board':
      return h(Board, { place });
    case 'ticket':
      return h(Ticket, { key: place.id, place });
    case 'models':
      return h(Models, {});
    case 'trends':
      return h(Trends, { place });
    case 'failed':
      return h(Failed, {});
  }
}

/** The address names the view, so it cannot name a place within it as well. */
function skipToContent(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}
