import type { Event } from '../domain/event.ts';

/** What a span says of an event that happened within it; null for what says nothing to who reads traces. */
export function remarkOf(event: Event): Record<string, string | number> | null {
  switch (event.type) {
    case 'check:finished':
      return { check: event.result.name, outcome: event.result.outcome, elapsedMs: event.result.elapsedMs };
    case 'guard:refused':
      return { code: event.code, path: event.path };
    case 'review:finished':
      return { model: event.model, findings: event.findings.length };
    case 'model:retried':
      return { model: event.model, code: event.code, attempt: event.attempt, waitMs: event.waitMs };
    case 'model:replaced':
      return { from: event.from, to: event.to, code: event.code };
    case 'branch:pushed':
      return { branch: event.branch, head: event.head };
    case 'pull-request:opened':
      return { number: event.number, url: event.url };
    default:
      return null;
  }
}
