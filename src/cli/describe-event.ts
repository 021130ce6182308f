import type { CheckResult } from '../domain/change.ts';
import type { Event } from '../domain/event.ts';
import { describeFailure, failureCodes } from '../domain/failure.ts';
import type { Finding } from '../domain/review.ts';
import { severities } from '../domain/review.ts';
import { forLine } from '../domain/untrusted.ts';
import { duration } from './duration.ts';
import type { Paint, Tone } from './output.ts';

/** What an event is to a person. detail: only for who wants to see everything. */
export type Told = { ticket: string | null; text: string; tone: Tone; weight: 'news' | 'detail' };

/** Null for what nobody reads. Everything in it is safe to print. */
export function describeEvent(event: Event): Told | null {
  const told = tell(event);
  if (told === null) return null;
  const [text, tone = 'plain', weight = 'news'] = told;
  const ticket = 'taskId' in event ? forLine(event.taskId, 80) : null;
  return { ticket, text: forLine(text, 500), tone, weight };
}

/** `task-12  check test passed (1.2 s)` */
export function eventLine({ ticket, text, tone }: Told, paint: Paint): string {
  return `${ticket === null ? '' : `${paint('strong', ticket)}  `}${paint(tone, text)}`;
}

type Words = [text: string, tone?: Tone, weight?: Told['weight']];

function tell(event: Event): Words | null {
  switch (event.type) {
    case 'daemon:started':
    case 'daemon:stopped':
    case 'daemon:warning':
    case 'daemon:degraded':
    case 'daemon:recovered':
      return tellDaemon(event);
    case 'circuit:changed':
      return tellCircuit(event);
    case 'models:changed':
      return [tellModels(event), 'dim', 'detail'];
    case 'budget:day':
      return [`${event.used.toFixed(2)} of ${event.limit} USD of ${event.day} are spent`, 'warn'];
    case 'ticket:held':
      return [`${event.file} is held: ${event.reason}`, 'warn'];
    case 'ticket:withdrawn':
      return [`${event.file} was taken away while it was at work`, 'warn'];
    case 'ticket:claimed':
      return [`taken: ${event.title}${event.attempt > 1 ? ` (attempt ${event.attempt})` : ''}`];
    case 'ticket:routed':
      return [tellRoute(event), 'dim', 'detail'];
    case 'stage:started':
      return [event.stage, 'dim'];
    case 'stage:finished':
      return [`${event.stage} took ${duration(event.elapsedMs)}`, 'dim', 'detail'];
    case 'agent:step':
      return [`step ${event.step}: ${event.action} ${event.detail}`, 'dim', 'detail'];
    case 'model:text':
      return null;
    case 'model:called':
      return [tellCall(event), 'dim', 'detail'];
    case 'model:retried':
      return [`${event.model}: ${event.code}, again in ${duration(event.waitMs)}`, 'warn', 'detail'];
    case 'model:replaced':
      return tellReplaced(event);
    case 'check:finished':
      return tellCheck(event.result);
    case 'guard:refused':
      return [`refused by a guard: ${placeOf(event)}: ${event.reason} (${event.code})`, 'bad'];
    case 'guard:remarked':
      return [`remark: ${event.path === '' ? '' : `${event.path}: `}${event.text}`, 'dim'];
    case 'review:finished':
      return [`reviewed by ${event.model}: ${countFindings(event.findings)}`];
    case 'change:committed':
      return [`committed ${event.branch} at ${event.head.slice(0, 7)}`, 'dim', 'detail'];
    case 'decision:made':
      return [`a person decided: ${event.decision}`, 'plain', 'detail'];
    case 'branch:pushed':
      return [`branch ${event.branch} at ${event.head.slice(0, 7)}`];
    case 'pull-request:opened':
      return [`pull request #${event.number} ${event.url}`, 'good'];
    case 'budget:short':
      return [`has used ${event.used} of ${event.limit} ${event.part} of its budget`, 'warn'];
    case 'ticket:requeued':
      return [`back to todo: ${event.message} (${event.code})`, 'warn'];
    case 'ticket:settled':
      return tellSettled(event);
  }
}

function tellDaemon(event: Extract<Event, { type: `daemon:${string}` }>): Words {
  switch (event.type) {
    case 'daemon:started':
      return [`ticketmill ${event.version} takes up to ${event.concurrency} at a time`, 'dim', 'detail'];
    case 'daemon:stopped':
      return ['stopped', 'dim', 'detail'];
    case 'daemon:warning':
      return [`warning: ${event.message}`, 'warn'];
    case 'daemon:degraded':
      return [`waits: ${event.reason}`, 'warn'];
    case 'daemon:recovered':
      return ['goes on', 'good'];
  }
}

function tellRoute(event: Extract<Event, { type: 'ticket:routed' }>): string {
  const { category, complexity, by, strategy, why, models } = event;
  return `${category}, ${complexity} complexity (by ${by}): ${models[0] ?? 'no model'}, ${why} (${strategy})`;
}

function tellReplaced({ from, to, code, message }: Extract<Event, { type: 'model:replaced' }>): Words {
  return [`goes on with ${to}, because ${from} failed: ${message} (${code})`, 'warn'];
}

function tellCircuit({ target, from, to, reason }: Extract<Event, { type: 'circuit:changed' }>): Words {
  if (to === 'CLOSED') return [`${target} is well again`, 'good'];
  if (to === 'HALF_OPEN') return [`${target} is tried again`, 'dim', 'detail'];
  const text = `${target} is left alone for a while: ${reason ?? 'it failed too often'}`;
  // A try in vain is no news while it is down.
  return [text, 'warn', from === 'CLOSED' ? 'news' : 'detail'];
}

function tellModels({ host, added, removed, updated }: Extract<Event, { type: 'models:changed' }>): string {
  const parts = Object.entries({ added, removed, updated }).filter(([, ids]) => ids.length > 0);
  return `${host}: ${parts.map(([name, ids]) => `${name} ${ids.join(', ')}`).join('; ')}`;
}

function tellCall({ model, outcome, elapsedMs, usage }: Extract<Event, { type: 'model:called' }>): string {
  return `${model}: ${outcome}, ${usage.input} tokens in, ${usage.output} out, ${duration(elapsedMs)}`;
}

function placeOf({ path, line }: Extract<Event, { type: 'guard:refused' }>): string {
  return line === undefined ? path : `${path}:${line}`;
}

function tellCheck({ name, outcome, elapsedMs }: CheckResult): Words {
  const words: Record<CheckResult['outcome'], [string, Tone]> = {
    passed: ['passed', 'good'],
    mended: ['passes now, and failed before the change', 'good'],
    broken: ['fails, and passed before the change', 'bad'],
    'still-red': ['fails, as it did before the change', 'warn'],
  };
  const [text, tone] = words[outcome];
  return [`check ${name} ${text} (${duration(elapsedMs)})`, tone];
}

/** `2 findings (1 HIGH, 1 LOW)` */
export function countFindings(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'no findings';
  const counts = severities
    .map((severity) => ({ severity, count: findings.filter((each) => each.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${severity}`);
  return `${findings.length === 1 ? '1 finding' : `${findings.length} findings`} (${counts.join(', ')})`;
}

function tellSettled({ to, code, message, elapsedMs }: Extract<Event, { type: 'ticket:settled' }>): Words {
  const reason = [message, code === null ? '' : `(${code})`].filter((part) => part !== '').join(' ');
  const hint = hintOf(code);
  // What a person decided took no time.
  const after = elapsedMs > 0 ? ` after ${duration(elapsedMs)}` : '';
  const text = `${to}${after}${reason === '' ? '' : `: ${reason}`}${hint === '' ? '' : ` ${hint}`}`;
  return [text, to === 'failed' ? 'bad' : 'good'];
}

function hintOf(code: string | null): string {
  const known = failureCodes.find((each) => each === code);
  return known === undefined ? '' : describeFailure(known).hint;
}
