import type { Event } from '../domain/event.ts';
import { logDaemon } from './log-daemon.ts';
import type { ProgressEvent } from './log-progress.ts';
import { logProgress } from './log-progress.ts';
import type { LogEntry } from './log-line.ts';

/** What the log says of an event; null for what it does not tell (the model's text is live only). */
export function logEvent(event: Event): LogEntry | null {
  switch (event.type) {
    case 'model:text':
      return null;
    case 'daemon:started':
    case 'daemon:stopped':
    case 'daemon:degraded':
    case 'daemon:recovered':
    case 'daemon:warning':
      return logDaemon(event);
    case 'circuit:changed':
    case 'models:changed':
      return logServer(event);
    case 'budget:day': {
      const message = `${event.used.toFixed(2)} of ${event.limit} US dollars of ${event.day} are spent`;
      return { level: 'warn', component: 'models', message };
    }
    case 'ticket:held':
      return {
        level: 'warn',
        component: 'watcher',
        message: `${event.file} waits for a person: ${event.reason}`,
        file: event.file,
      };
    default:
      return { ...logOfTicket(event), taskId: event.taskId, runId: event.runId };
  }
}

type TicketEvent = Exclude<Extract<Event, { key: string }>, { type: 'model:text' }>;

type ServerEvent = Extract<Event, { type: 'circuit:changed' | 'models:changed' }>;

function logServer(event: ServerEvent): LogEntry {
  const component = 'models';
  if (event.type === 'circuit:changed') {
    const { target, from, to, reason } = event;
    const why = reason === null ? '' : `: ${reason}`;
    const level = from === 'CLOSED' ? 'warn' : 'info';
    return { level, component, message: `circuit of ${target} ${from} -> ${to}${why}`, target };
  }
  const { host, added, removed, updated } = event;
  const parts = Object.entries({ added, removed, updated }).filter(([, ids]) => ids.length > 0);
  const what = parts.map(([name, ids]) => `${name} ${ids.join(', ')}`).join('; ');
  return { level: 'info', component, message: `models of ${host}: ${what}`, host };
}

function logOfTicket(event: TicketEvent): LogEntry {
  switch (event.type) {
    case 'ticket:claimed':
    case 'ticket:routed':
    case 'stage:started':
    case 'stage:finished':
    case 'ticket:requeued':
    case 'ticket:settled':
    case 'ticket:withdrawn':
      return logProgress(event);
    case 'agent:step':
    case 'model:called':
    case 'model:retried':
    case 'model:replaced':
    case 'check:finished':
    case 'guard:refused':
    case 'guard:remarked':
    case 'review:finished':
      return logMaking(event);
    case 'budget:short': {
      const message = `${event.used} of ${event.limit} ${event.part} of its budget are used`;
      return { level: 'warn', component: 'processor', message };
    }
    case 'change:committed':
      return {
        level: 'info',
        component: 'git',
        message: `committed ${event.branch} at ${event.head.slice(0, 12)}`,
        branch: event.branch,
        head: event.head,
        tree: event.tree,
      };
    case 'decision:made':
      return { level: 'info', component: 'processor', message: `a person decided: ${event.decision}` };
    case 'branch:pushed':
      return {
        level: 'info',
        component: 'git',
        message: `pushed ${event.branch} at ${event.head.slice(0, 12)}`,
        branch: event.branch,
        head: event.head,
      };
    case 'pull-request:opened':
      return {
        level: 'info',
        component: 'git',
        message: `pull request #${event.number} opened: ${event.url}`,
        branch: event.branch,
        url: event.url,
      };
  }
}

type MakingEvent = Exclude<
  TicketEvent,
  | ProgressEvent
  | { type: 'branch:pushed' | 'pull-request:opened' | 'budget:short' | 'change:committed' | 'decision:made' }
>;

function logMaking(event: MakingEvent): LogEntry {
  switch (event.type) {
    case 'agent:step':
      return {
        level: 'debug',
        component: 'agent',
        message: `step ${event.step}: ${event.action} ${event.detail}`,
        step: event.step,
      };
    case 'model:called':
    case 'model:retried':
    case 'model:replaced':
      return logModel(event);
    case 'check:finished':
      return {
        level: event.result.outcome === 'broken' ? 'warn' : 'info',
        component: 'checks',
        message: `check ${event.result.name}: ${event.result.outcome}`,
        check: event.result.name,
        outcome: event.result.outcome,
        elapsedMs: event.result.elapsedMs,
      };
    case 'guard:refused':
      return {
        level: 'warn',
        component: 'guard',
        message: `${event.path}: ${event.reason}`,
        code: event.code,
        path: event.path,
        ...(event.line === undefined ? {} : { line: event.line }),
      };
    case 'guard:remarked':
      return {
        level: 'info',
        component: 'guard',
        message: `${event.path === '' ? '' : `${event.path}: `}${event.text}`,
        path: event.path,
      };
    case 'review:finished':
      return {
        level: 'info',
        component: 'review',
        message: `${event.model} found ${event.findings.length} remarks`,
        model: event.model,
        findings: event.findings.length,
      };
  }
}

type ModelEvent = Extract<MakingEvent, { type: `model:${string}` }>;

function logModel(event: ModelEvent): LogEntry {
  switch (event.type) {
    case 'model:called':
      return {
        level: 'info',
        component: 'models',
        message: `${event.model}: ${event.outcome}`,
        model: event.model,
        outcome: event.outcome,
        elapsedMs: event.elapsedMs,
        inputTokens: event.usage.input,
        outputTokens: event.usage.output,
        usd: event.usd,
      };
    case 'model:retried':
      return {
        level: 'warn',
        component: 'models',
        message: `${event.model}: ${event.code}, again in ${Math.round(event.waitMs)} ms`,
        model: event.model,
        code: event.code,
        attemptNumber: event.attempt,
        waitMs: event.waitMs,
      };
    case 'model:replaced':
      return {
        level: 'warn',
        component: 'models',
        message: `${event.from} is replaced by ${event.to}: ${event.message}`,
        model: event.to,
        code: event.code,
      };
  }
}
