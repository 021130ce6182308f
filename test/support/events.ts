import type { Event } from '../../src/domain/event.ts';

const ticket = { taskId: 'task-1', runId: 'run-1', key: 'k' };

type OfTicket = Extract<Event, { runId: string }>;
type Bare<Kind> = Kind extends OfTicket ? Omit<Kind, keyof typeof ticket> : never;

/** An event of the ticket `task-1`. */
export function ticketEvent(event: Bare<OfTicket>): Event {
  return { ...ticket, ...event };
}

export const claimed = ticketEvent({
  type: 'ticket:claimed',
  file: 'task-1.md',
  title: 'Fix the login',
  attempt: 1,
  queuedMs: 0,
});

export const settled = ticketEvent({
  type: 'ticket:settled',
  file: 'task-1.md',
  to: 'review',
  code: null,
  errorType: null,
  message: 'pull request #1',
  elapsedMs: 65_000,
  model: 'ollama/m',
});
