import type { Event } from '../domain/event.ts';
import type { LogEntry } from './log-line.ts';

type TicketEvent = Exclude<Extract<Event, { key: string }>, { type: 'model:text' }>;

export type ProgressEvent = Extract<TicketEvent, { type: `ticket:${string}` | `stage:${string}` }>;

/** What the log says of how far a ticket is. */
export function logProgress(event: ProgressEvent): LogEntry {
  const component = 'processor';
  switch (event.type) {
    case 'ticket:claimed':
      return {
        level: 'info',
        component: 'watcher',
        message: `claimed ${event.file}: ${event.title}`,
        file: event.file,
        attemptNumber: event.attempt,
        queuedMs: event.queuedMs,
      };
    case 'ticket:routed': {
      const { category, complexity, strategy, why, models } = event;
      const message = `${category}, ${complexity} complexity: ${models.join(', ')} by ${strategy}: ${why}`;
      return { level: 'info', component, message, category, complexity, strategy };
    }
    case 'stage:started':
      return { level: 'debug', component, message: `${event.stage} begins`, stage: event.stage };
    case 'stage:finished':
      return {
        level: 'info',
        component,
        message: `${event.stage} done`,
        stage: event.stage,
        elapsedMs: event.elapsedMs,
      };
    case 'ticket:withdrawn':
      return {
        level: 'warn',
        component,
        message: `${event.file} was taken away while it was at work; it is left to whoever did`,
        file: event.file,
      };
    case 'ticket:requeued':
      return {
        level: 'warn',
        component,
        message: `back to todo for ${event.waitSeconds} s: ${event.message}`,
        code: event.code,
        waitSeconds: event.waitSeconds,
      };
    case 'ticket:settled':
      return {
        level: event.to === 'failed' ? 'error' : 'info',
        component,
        message: `${event.file} -> ${event.to}: ${event.message}`,
        file: event.file,
        elapsedMs: event.elapsedMs,
        ...(event.model === null ? {} : { model: event.model }),
        ...(event.code === null ? {} : { code: event.code }),
        ...(event.errorType === null ? {} : { errorType: event.errorType }),
      };
  }
}
