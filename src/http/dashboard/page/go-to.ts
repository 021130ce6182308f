import { useEffect, useState } from 'preact/hooks';
import type { Place } from './place.ts';
import { readPlace, writePlace } from './place.ts';

/** Where the page is, as its address says. */
export function usePlace(): Place {
  const [place, setPlace] = useState(() => readPlace(location.hash));
  useEffect(() => {
    const read = (): void => setPlace(readPlace(location.hash));
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  useEffect(() => {
    document.title = `${titles[place.view]} · ticketmill`;
  }, [place.view]);
  return place;
}

/** Shows another place without a step in the browser's history, as typing in a search field does. */
export function replacePlace(place: Place): void {
  history.replaceState(null, '', writePlace(place));
  dispatchEvent(new HashChangeEvent('hashchange'));
}

const titles: Record<Place['view'], string> = {
  board: 'Board',
  ticket: 'Ticket',
  models: 'Models',
  trends: 'Trends',
  failed: 'Failed',
};
