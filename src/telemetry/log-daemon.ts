import type { Event } from '../domain/event.ts';
import type { LogEntry } from './log-line.ts';

export type DaemonEvent = Extract<Event, { type: `daemon:${string}` }>;

/** What the log says of the daemon's own life. */
export function logDaemon(event: DaemonEvent): LogEntry {
  const component = 'processor';
  switch (event.type) {
    case 'daemon:started':
      return {
        level: 'info',
        component,
        message: `ticketmill ${event.version} started, ${event.concurrency} at once`,
        version: event.version,
        concurrency: event.concurrency,
      };
    case 'daemon:stopped':
      return { level: 'info', component, message: 'ticketmill stopped' };
    case 'daemon:warning':
      return { level: 'warn', component, message: event.message };
    case 'daemon:degraded':
      return { level: 'warn', component, message: `degraded: ${event.reason}` };
    case 'daemon:recovered':
      return { level: 'info', component, message: 'recovered' };
  }
}
