import type { Request, Response } from 'express';
import type { Event } from '../../domain/event.ts';
import { sendProblem } from '../routes/problem.ts';

export type StoredEvent = { seq: number; time: string; event: Event };
type TextEvent = Extract<Event, { type: 'model:text' }>;

export type EventSource = {
  /** At most `most` stored events after that number, oldest first. */
  eventsAfter(seq: number, most: number): StoredEvent[];
  /** The number of the newest stored event; 0 while there is none. */
  lastSeq(): number;
  /** How everything stands now. */
  snapshot(): Promise<object>;
  /** Calls for every event, after it was stored; returns what ends that. */
  subscribe(listener: (event: Event) => void): () => void;
};

export type EventStream = {
  join(request: Request, response: Response): Promise<void>;
  /** Ends every stream; the browser comes back by itself. */
  close(): void;
};

export type StreamLimits = {
  clients: number;
  /** Milliseconds between two signs of life. Who took nothing in all that time is dropped. */
  beatMs: number;
  /** A client that missed more events than these begins anew. */
  replay: number;
};

const batch = 100;
const retryMs = 2000;

type Client = { response: Response; seq: number; blocked: boolean; stale: boolean };

/**
 * Server-sent events. Nothing is kept for a client but the number of its last event: what it has not got yet it reads
 * from the history, as fast as it takes it. So a slow one holds up nobody and costs no memory. The live text of models
 * is in no history: who is behind does not get it.
 */
export function openEventStream(source: EventSource, limits: StreamLimits): EventStream {
  const clients = new Set<Client>();
  const unsubscribe = source.subscribe((event) => {
    for (const client of clients) {
      if (event.type === 'model:text') sendText(client, event);
      else pump(client, source);
    }
  });
  const beat = setInterval(() => {
    for (const client of clients) {
      if (client.stale) client.response.destroy();
      else if (client.blocked) client.stale = true;
      else send(client, ':\n\n');
    }
  }, limits.beatMs).unref();

  return {
    async join(request, response) {
      const last = source.lastSeq();
      const known = knownSeq(request.get('last-event-id'), last, limits.replay);
      // The state is looked at after the number was taken: what happens in between is told twice, never not at all.
      const snapshot = known === null ? await source.snapshot() : null;
      if (clients.size >= limits.clients) {
        response.setHeader('retry-after', '30');
        sendProblem(response, { status: 503, detail: `${limits.clients} streams are open already.` });
        return;
      }
      const client: Client = { response, seq: known ?? last, blocked: false, stale: false };
      clients.add(client);
      response.on('close', () => clients.delete(client));
      response.on('drain', () => {
        client.blocked = client.stale = false;
        pump(client, source);
      });
      begin(client, snapshot);
      pump(client, source);
    },
    close() {
      unsubscribe();
      clearInterval(beat);
      for (const { response } of clients) response.end();
      clients.clear();
    },
  };
}

/** The number that the browser had last, when the history still tells all that came since; else null. */
function knownSeq(header: string | undefined, last: number, replay: number): number | null {
  if (header === undefined || !/^\d{1,15}$/.test(header)) return null;
  const seq = Number(header);
  return seq <= last && last - seq <= replay ? seq : null;
}

function begin(client: Client, snapshot: object | null): void {
  const { response, seq } = client;
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
  send(client, `retry: ${retryMs}\n\n`);
  if (snapshot !== null) send(client, frame('snapshot', { seq, ...snapshot }, seq));
}

function pump(client: Client, source: EventSource): void {
  while (!client.blocked && !client.response.writableEnded) {
    const events = source.eventsAfter(client.seq, batch);
    for (const stored of events) {
      client.seq = stored.seq;
      send(client, frame(stored.event.type, stored, stored.seq));
    }
    if (events.length < batch) return;
  }
}

function sendText(client: Client, event: TextEvent): void {
  if (!client.blocked) send(client, frame(event.type, { event }, null));
}

/** JSON has no line break of its own, so one line of data is enough. */
function frame(type: string, data: object, seq: number | null): string {
  const id = seq === null ? '' : `id: ${seq}\n`;
  return `${id}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}

function send(client: Client, text: string): void {
  if (!client.response.write(text)) client.blocked = true;
}
