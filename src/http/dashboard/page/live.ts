import { useEffect, useState } from 'preact/hooks';
import type { Event } from '../../../domain/event.ts';

export type Connection = 'connecting' | 'live' | 'lost';

/** What the stream begins with: how everything stands, in a few words. */
export type Snapshot = { paused: boolean; outage: string | null; version: string };

/** `again`: the server was away and is back, perhaps as another one. What is no event means: all that is known may be old. */
export type News = { snapshot: Snapshot } | { again: true } | { event: Event };

const listeners = new Set<(news: News) => void>();
const watchers = new Set<(connection: Connection) => void>();
let connection: Connection = 'connecting';
let source: EventSource | null = null;

const retryMs = 3000;

/** Those that change what is shown, by name: the browser gives named events to nobody who did not ask for the name. */
const eventTypes: readonly Event['type'][] = [
  'daemon:started',
  'daemon:stopped',
  'daemon:degraded',
  'daemon:recovered',
  'circuit:changed',
  'models:changed',
  'ticket:held',
  'ticket:claimed',
  'ticket:routed',
  'stage:started',
  'stage:finished',
  'agent:step',
  'model:text',
  'model:called',
  'model:retried',
  'model:replaced',
  'check:finished',
  'guard:refused',
  'review:finished',
  'branch:pushed',
  'pull-request:opened',
  'ticket:requeued',
  'ticket:withdrawn',
  'ticket:settled',
];

/** Follows the server's events while the page is seen; a hidden one would take a connection from those that are. */
export function goLive(): void {
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') connect();
    else disconnect();
  });
  connect();
}

/** Calls for all news while a view is shown; `listener` may change with every drawing. */
export function useNews(listener: (news: News) => void, inputs: readonly unknown[]): void {
  useEffect(() => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, inputs);
}

export function useConnection(): Connection {
  const [state, setState] = useState(connection);
  useEffect(() => {
    setState(connection);
    watchers.add(setState);
    return () => void watchers.delete(setState);
  }, []);
  return state;
}

function connect(): void {
  if (source !== null) return;
  const opened = new EventSource('/api/events');
  source = opened;
  opened.addEventListener('open', () => {
    const isBack = connection === 'lost';
    become('live');
    if (isBack) spread({ again: true });
  });
  opened.addEventListener('error', () => {
    become('lost');
    // Cut off, the browser tries again by itself and goes on where it was; refused, it does not.
    if (opened.readyState === EventSource.CLOSED && source === opened) {
      disconnect();
      setTimeout(connect, retryMs);
    }
  });
  opened.addEventListener('snapshot', ({ data }: MessageEvent<string>) =>
    spread({ snapshot: JSON.parse(data) as Snapshot }),
  );
  for (const type of eventTypes)
    opened.addEventListener(type, ({ data }: MessageEvent<string>) =>
      spread(JSON.parse(data) as { event: Event }),
    );
}

function disconnect(): void {
  source?.close();
  source = null;
}

function become(next: Connection): void {
  connection = next;
  for (const watch of watchers) watch(next);
}

function spread(news: News): void {
  for (const listener of listeners) listener(news);
}
