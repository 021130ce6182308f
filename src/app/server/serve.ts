import { randomBytes, randomUUID } from 'node:crypto';
import type { EventSource } from '../../http/events/event-stream.ts';
import type { WebhookSource } from '../../http/routes/webhook.ts';
import type { RunningServer } from '../../http/server.ts';
import { startServer } from '../../http/server.ts';
import type { Actions } from '../act-on-command.ts';
import { answerFigures } from './answer-figures.ts';
import { answerHealth } from './answer-health.ts';
import { answerTickets } from './answer-tickets.ts';
import type { Running } from '../begin-work.ts';
import type { EventFeed } from './event-feed.ts';
import type { Rooms } from '../open-rooms.ts';
import { inWholeWords } from './whole-words.ts';
import { version } from '../version.ts';

export type ServeOptions = {
  act: Actions;
  feed: EventFeed;
  webhook: WebhookSource | null;
  stack: AsyncDisposableStack;
  warn: (message: string) => void;
};

/** Starts the server over what the rooms know. */
export async function serve(
  rooms: Rooms,
  running: Running,
  { act, feed, webhook, stack, warn }: ServeOptions,
): Promise<RunningServer> {
  const { loaded, observers } = rooms;
  const { host, port, allowedHosts } = loaded.config.server;
  const server = await startServer({
    host,
    port,
    allowedHosts,
    sources: {
      ...answerHealth(rooms, running),
      ...answerTickets(rooms, running, act),
      ...answerFigures(rooms),
    },
    events: eventSource(rooms, running, feed),
    webhook,
    token: loaded.secrets.TICKETMILL_API_TOKEN ?? null,
    version,
    newId: randomUUID,
    newSecret: () => randomBytes(32).toString('base64url'),
    onError: (error, requestId) =>
      observers.log.write({ level: 'error', component: 'server', message: String(error), requestId }),
    warn,
  });
  stack.defer(() => server.close());
  return server;
}

function eventSource(rooms: Rooms, running: Running, feed: EventFeed): EventSource {
  const { story, observers, pause } = rooms;
  const { statistics, runs, redact } = observers;
  return {
    eventsAfter: (seq, most) => statistics.eventsAfter(seq, most),
    lastSeq: () => statistics.lastSeq(),
    snapshot: async () => ({
      version,
      paused: await pause.isOn(),
      outage: running.queue.view().outage?.message ?? null,
      folders: await story.store.counts(),
      running: runs.running(),
      circuits: rooms.models.circuits(),
    }),
    // What is stored was cleaned as it was stored; the live text was not.
    subscribe: (listener) => feed.subscribe(inWholeWords(redact, listener)),
  };
}
