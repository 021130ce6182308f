import type { Event } from '../domain/event.ts';
import { normaliseId } from '../domain/ticket.ts';
import type { Database, Row } from './database.ts';

/** `seq` counts the events of one history from 1, without a gap. */
export type StoredEvent = { seq: number; time: string; event: Event };

/** The stored events of one ticket, oldest first; `id` is its key or its id, in any spelling. */
export function readTimeline(database: Database, id: string): StoredEvent[] {
  return database
    .all('SELECT seq, time, payload FROM events WHERE key = :id OR task = :task ORDER BY seq', {
      id,
      task: normaliseId(id),
    })
    .map(toStored);
}

/** At most `most` events, oldest first, of those that came after the event of that number. */
export function readEventsAfter(database: Database, seq: number, most: number): StoredEvent[] {
  return database
    .all('SELECT seq, time, payload FROM events WHERE seq > :seq ORDER BY seq LIMIT :most', { seq, most })
    .map(toStored);
}

/** The number of the newest event; 0 while there is none. */
export function readLastSeq(database: Database): number {
  return Number(database.all('SELECT coalesce(max(seq), 0) AS seq FROM events')[0]?.['seq']);
}

function toStored(row: Row): StoredEvent {
  return {
    seq: Number(row['seq']),
    time: String(row['time']),
    event: JSON.parse(String(row['payload'])) as Event,
  };
}
