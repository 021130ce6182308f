import type { Event } from '../domain/event.ts';

/** What the audit trail keeps of an event; null for what decided nothing. */
export function auditEntry(event: Event): object | null {
  switch (event.type) {
    case 'daemon:started':
    case 'daemon:stopped':
    case 'ticket:held':
    case 'ticket:claimed':
    case 'ticket:routed':
    case 'guard:refused':
    case 'guard:remarked':
    case 'change:committed':
    case 'decision:made':
    case 'branch:pushed':
    case 'pull-request:opened':
    case 'ticket:requeued':
    case 'ticket:withdrawn':
    case 'ticket:settled':
    case 'model:replaced':
      return event;
    case 'model:called': {
      const { type, taskId, runId, key, model, outcome, usage, prompt } = event;
      return { type, taskId, runId, key, model, outcome, usage, ...(prompt === undefined ? {} : { prompt }) };
    }
    case 'check:finished': {
      const { type, taskId, runId, key, result } = event;
      const { name, outcome, exitCode, baseExitCode } = result;
      return { type, taskId, runId, key, check: name, outcome, exitCode, baseExitCode };
    }
    case 'review:finished':
      return event;
    default:
      return null;
  }
}
