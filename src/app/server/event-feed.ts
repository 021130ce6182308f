import type { Event, Observe } from '../../domain/event.ts';

/** Passes events on to whoever listens at the moment. */
export type EventFeed = {
  observe: Observe;
  /** Returns what ends it. */
  subscribe(listener: Observe): () => void;
};

export function openEventFeed(): EventFeed {
  const listeners = new Set<Observe>();
  return {
    observe(event: Event) {
      for (const listener of listeners) listener(event);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
