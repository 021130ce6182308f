import type { Event } from '../domain/event.ts';
import { forLine } from '../domain/untrusted.ts';
import { duration } from './duration.ts';

/** A ticket in work, as far as events told. Times are of a clock that only goes forward, in ms. */
export type Running = {
  ticket: string;
  since: number;
  stage: string;
  model: string;
  action: string;
  speed: Speed | null;
};

/** Of the answer that comes in: pieces so far. Of one that is done: what the server counted. */
type Speed = { since: number; pieces: number } | { perSecond: number };

/** Every ticket in work, by its run. */
export type RunningTickets = ReadonlyMap<string, Running>;

/** What is known after an event; a server sends about a token in a piece of text. */
export function followEvent(running: RunningTickets, event: Event, now: number): RunningTickets {
  if (!('runId' in event)) return running;
  const next = new Map(running);
  if (endings.includes(event.type)) {
    next.delete(event.runId);
    return next;
  }
  const known = running.get(event.runId) ?? begin(event.taskId, now);
  return next.set(event.runId, { ...known, ...change(known, event, now) });
}

const endings: Event['type'][] = ['ticket:settled', 'ticket:requeued', 'ticket:withdrawn'];

/** `task-12  code 1:05 min  ollama/qwen3:8b  step 3 edit src/a.ts  31 tokens/s`, cut to the width of the terminal. */
export function runningLine(running: Running, now: number, columns: number): string {
  const { ticket, since, stage, model, action, speed } = running;
  const time = `${stage} ${duration(now - since)}`.trim();
  const parts = [ticket, time, model, action, speedText(speed, now)].filter((part) => part !== '');
  const line = parts.join('  ');
  return line.length < columns ? line : `${line.slice(0, Math.max(1, columns - 2))}…`;
}

function begin(taskId: string, now: number): Running {
  return { ticket: forLine(taskId, 40), since: now, stage: '', model: '', action: '', speed: null };
}

function change(known: Running, event: Event, now: number): Partial<Running> {
  switch (event.type) {
    case 'stage:started':
      return { stage: event.stage, action: '', speed: null };
    case 'agent:step':
      return { action: forLine(`step ${event.step} ${event.action} ${event.detail}`, 60) };
    case 'model:text': {
      const { speed } = known;
      const isGoingOn = speed !== null && 'pieces' in speed;
      const next = isGoingOn ? { ...speed, pieces: speed.pieces + 1 } : { since: now, pieces: 0 };
      return { model: forLine(event.model, 40), speed: next };
    }
    case 'model:called': {
      const { output } = event.usage;
      const perSecond = event.elapsedMs > 0 ? (output * 1000) / event.elapsedMs : 0;
      return { model: forLine(event.model, 40), speed: { perSecond } };
    }
    default:
      return {};
  }
}

function speedText(speed: Speed | null, now: number): string {
  if (speed === null) return '';
  const perSecond =
    'pieces' in speed ? (speed.pieces * 1000) / Math.max(1, now - speed.since) : speed.perSecond;
  return perSecond > 0 ? `${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)} tokens/s` : '';
}
