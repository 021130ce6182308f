import { useEffect, useRef, useState } from 'preact/hooks';
import type { Event } from '../../../../domain/event.ts';
import type { TicketState } from '../../../../domain/ticket.ts';
import type { TicketSummary } from '../../../shapes/tickets.ts';
import type { Refusal } from '../ask.ts';
import { ask } from '../ask.ts';
import { useNews } from '../live.ts';
import { toRefusal, useCalm } from '../resource.ts';

type Listed = { tickets: TicketSummary[]; total: number; next: string | null };

export type ColumnData = {
  /** The last changed first; null until the first answer. */
  known: Listed | null;
  /** When `known` was told, to count on from. */
  at: number;
  problem: Refusal | null;
  reload: () => void;
  /** Asks for those that follow, until at least so many are known. */
  want: (count: number) => void;
};

const nothing: Listed = { tickets: [], total: 0, next: null };
const pageSize = 60;
const mostAtOnce = 1000;
/** Nobody tells of a file that a person moves or drops; so it is looked for. */
const lookMs = 15_000;

/** The tickets of one state that match, as many as were looked at, kept up to date by events. */
export function useColumn(state: TicketState, q: string): ColumnData {
  const [known, setKnown] = useState<Listed | null>(null);
  const [at, setAt] = useState(0);
  const [problem, setProblem] = useState<Refusal | null>(null);
  const [wanted, setWanted] = useState(pageSize);
  const [round, setRound] = useState(0);
  const told = useRef<{ round: number; listed: Listed } | null>(null);
  const reload = useCalm(() => setRound((before) => before + 1));

  useEffect(() => {
    const asking = new AbortController();
    const load = async (): Promise<void> => {
      // Who scrolls on asks for what follows alone; all of it anew would be more with every step.
      let listed = told.current?.round === round ? told.current.listed : nothing;
      do {
        const limit = Math.min(wanted - listed.tickets.length, mostAtOnce);
        const query = new URLSearchParams({ state, q, limit: String(limit) });
        if (listed.next !== null) query.set('after', listed.next);
        const page = await ask<Listed>(`/api/tickets?${query}`, asking.signal);
        listed = { ...page, tickets: [...listed.tickets, ...page.tickets] };
      } while (listed.next !== null && listed.tickets.length < wanted);
      told.current = { round, listed };
      setAt(Date.now());
      setKnown(listed);
      setProblem(null);
    };
    load().catch((error: unknown) => {
      if (!asking.signal.aborted) setProblem(toRefusal(error));
    });
    return () => asking.abort();
  }, [wanted, round]);

  useEffect(() => {
    const clock = setInterval(reload, lookMs);
    return () => clearInterval(clock);
  }, []);
  useNews((news) => {
    if (!('event' in news) || concerns(news.event, state)) reload();
  }, []);

  const want = (count: number): void => {
    if (count > wanted && known?.next != null) setWanted(Math.ceil(count / pageSize) * pageSize);
  };
  return { known, at, problem, reload, want };
}

/** Whether the tickets of a state may be others, or look otherwise, after an event. */
function concerns(event: Event, state: TicketState): boolean {
  switch (event.type) {
    case 'model:text':
      return false;
    case 'ticket:claimed':
    case 'ticket:requeued':
      return state === 'todo' || state === 'processing';
    case 'ticket:held':
      return state === 'todo';
    case 'ticket:settled':
    case 'ticket:withdrawn':
      return true;
    default:
      return state === 'processing' && 'runId' in event;
  }
}
