import type { TicketState } from '../../../domain/ticket.ts';
import { ticketStates } from '../../../domain/ticket.ts';

export const ticketTabs = ['overview', 'changes', 'transcript'] as const;
export type TicketTab = (typeof ticketTabs)[number];

/** What the page shows; all of it stands in the part of the address after `#`, so that a view can be linked. */
export type Place =
  | { view: 'board'; q: string; state: TicketState | null }
  | { view: 'ticket'; id: string; tab: TicketTab }
  | { view: 'models' }
  | { view: 'trends'; days: number }
  | { view: 'failed' };

export const ranges = [7, 30, 90] as const;

/** Reads `#/ticket/task-1/changes` and the like; what makes no sense is the board. */
export function readPlace(hash: string): Place {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [view = '', id = '', tab = ''] = path.split('/');
  const query = new URLSearchParams(search);
  if (view === 'ticket' && id !== '')
    return { view, id: decode(id), tab: oneOf(ticketTabs, tab) ?? 'overview' };
  if (view === 'models' || view === 'failed') return { view };
  if (view === 'trends') return { view, days: oneOf(ranges, Number(query.get('days'))) ?? 30 };
  return { view: 'board', q: query.get('q') ?? '', state: oneOf(ticketStates, query.get('state') ?? '') };
}

export function writePlace(place: Place): string {
  switch (place.view) {
    case 'ticket':
      return `#/ticket/${encodeURIComponent(place.id)}${place.tab === 'overview' ? '' : `/${place.tab}`}`;
    case 'trends':
      return place.days === 30 ? '#/trends' : `#/trends?days=${place.days}`;
    case 'board': {
      const query = new URLSearchParams();
      if (place.q !== '') query.set('q', place.q);
      if (place.state !== null) query.set('state', place.state);
      return query.size === 0 ? '#/board' : `#/board?${query}`;
    }
    default:
      return `#/${place.view}`;
  }
}

function oneOf<T>(known: readonly T[], given: unknown): T | null {
  return known.find((each) => each === given) ?? null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
