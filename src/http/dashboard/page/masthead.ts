import type { JSX } from 'preact';
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { plain } from './format.ts';
import type { Connection, Snapshot } from './live.ts';
import { useConnection, useNews } from './live.ts';
import { Badge } from './parts/badge.ts';
import { useSession } from './parts/session.ts';
import type { Place } from './place.ts';
import { ThemeSwitch } from './theme.ts';

const tabs: [view: Place['view'], name: string][] = [
  ['board', 'Board'],
  ['models', 'Models'],
  ['trends', 'Trends'],
  ['failed', 'Failed'],
];

export function Masthead({ place, isReader }: { place: Place; isReader: boolean }): JSX.Element {
  const connection = useConnection();
  return h(
    'header',
    { class: 'masthead' },
    h(
      'div',
      { class: 'masthead-row' },
      h(
        'a',
        { class: 'brand', href: '#/board' },
        h('span', { class: 'mark', 'aria-hidden': 'true' }),
        'ticketmill',
      ),
      h(
        'nav',
        { 'aria-label': 'Views' },
        tabs.map(([view, name]) =>
          h(
            'a',
            { key: view, href: `#/${view}`, 'aria-current': isAt(place, view) ? 'page' : undefined },
            name,
          ),
        ),
      ),
      isReader ? h(Badge, { tone: 'calm', text: 'Read only' }) : null,
      h(ConnectionLamp, { connection }),
      h(ThemeSwitch, {}),
    ),
    h(Banner, { connection, isReader }),
  );
}

function isAt(place: Place, view: Place['view']): boolean {
  return place.view === view || (place.view === 'ticket' && view === 'board');
}

const lamps: Record<Connection, string> = { connecting: 'Connecting', live: 'Live', lost: 'Disconnected' };

function ConnectionLamp({ connection }: { connection: Connection }): JSX.Element {
  return h('span', { class: `lamp ${connection}`, role: 'status' }, lamps[connection]);
}

/** One line at most, the gravest: what keeps the mill, or this page of it, from working. */
function Banner({ connection, isReader }: { connection: Connection; isReader: boolean }): JSX.Element | null {
  const session = useSession();
  const [snapshot, setSnapshot] = useState<Snapshot | null>(null);
  useNews((news) => {
    if ('snapshot' in news) setSnapshot(news.snapshot);
    else if (!('event' in news)) return;
    else if (news.event.type === 'daemon:degraded') change({ outage: news.event.reason });
    else if (news.event.type === 'daemon:recovered') change({ outage: null });
  }, []);
  const change = (part: Partial<Snapshot>): void =>
    setSnapshot((before) => (before === null ? null : { ...before, ...part }));

  if (connection === 'lost')
    return h(
      'p',
      { class: 'banner bad', role: 'alert' },
      'Disconnected: what is shown may be old. Trying again; is ',
      h('code', null, 'ticketmill start'),
      ' running?',
    );
  if (snapshot?.outage != null)
    return h('p', { class: 'banner warn', role: 'alert' }, `No ticket is begun: ${plain(snapshot.outage)}`);
  if (snapshot?.paused === true)
    return h(
      'p',
      { class: 'banner warn', role: 'status' },
      'Paused: no new ticket is taken until ',
      h('code', null, 'ticketmill resume'),
      '.',
    );
  if (isReader)
    return h(
      'p',
      { class: 'banner calm', role: 'status' },
      `You can look, not act. ${plain(session.how ?? '')}`,
    );
  return null;
}
