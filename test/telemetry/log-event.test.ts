import { describe, it, expect } from '@jest/globals';
import type { Event } from '../../src/domain/event.ts';
import { logEvent } from '../../src/telemetry/log-event.ts';
import type { LogEntry } from '../../src/telemetry/log-line.ts';

const ofTicket = { taskId: '42', runId: 'run', key: 'key' };
const named = { taskId: '42', runId: 'run' };
const check = { name: 'test', exitCode: 1, baseExitCode: 0, elapsedMs: 30, output: 'long output' };
const settled = { type: 'ticket:settled', ...ofTicket, file: 'a.md', message: 'said', elapsedMs: 9 } as const;

const table: [Event, LogEntry][] = [
  [
    { type: 'daemon:started', version: '1.2.3', concurrency: 2 },
    info('processor', 'ticketmill 1.2.3 started, 2 at once', { version: '1.2.3', concurrency: 2 }),
  ],
  [{ type: 'daemon:stopped' }, info('processor', 'ticketmill stopped')],
  [
    { type: 'daemon:degraded', reason: 'no model server' },
    { ...info('processor', 'degraded: no model server'), level: 'warn' },
  ],
  [{ type: 'daemon:recovered' }, info('processor', 'recovered')],
  [
    { type: 'ticket:held', file: 'a.md', reason: 'no title' },
    { ...info('watcher', 'a.md waits for a person: no title', { file: 'a.md' }), level: 'warn' },
  ],
  [
    { type: 'circuit:changed', target: 'http://a', from: 'CLOSED', to: 'OPEN', reason: 'no route' },
    {
      ...info('models', 'circuit of http://a CLOSED -> OPEN: no route', { target: 'http://a' }),
      level: 'warn',
    },
  ],
  [
    { type: 'circuit:changed', target: 'http://a', from: 'HALF_OPEN', to: 'CLOSED', reason: null },
    info('models', 'circuit of http://a HALF_OPEN -> CLOSED', { target: 'http://a' }),
  ],
  [
    { type: 'models:changed', host: 'http://a', added: ['x', 'y'], removed: ['z'], updated: [] },
    info('models', 'models of http://a: added x, y; removed z', { host: 'http://a' }),
  ],
  [
    { type: 'model:retried', ...ofTicket, model: 'm', code: 'MODEL_OVERLOADED', attempt: 2, waitMs: 1500.4 },
    {
      ...info('models', 'm: MODEL_OVERLOADED, again in 1500 ms', {
        ...named,
        model: 'm',
        code: 'MODEL_OVERLOADED',
        attemptNumber: 2,
        waitMs: 1500.4,
      }),
      level: 'warn',
    },
  ],
  [
    { type: 'model:replaced', ...ofTicket, from: 'm', to: 'n', code: 'NO_CHANGES', message: 'nothing' },
    {
      ...info('models', 'm is replaced by n: nothing', { ...named, model: 'n', code: 'NO_CHANGES' }),
      level: 'warn',
    },
  ],
  [
    { type: 'ticket:claimed', ...ofTicket, file: 'a.md', title: 'A', attempt: 2, queuedMs: 5 },
    info('watcher', 'claimed a.md: A', { ...named, file: 'a.md', attemptNumber: 2, queuedMs: 5 }),
  ],
  [
    { type: 'stage:started', ...ofTicket, stage: 'code' },
    { ...info('processor', 'code begins', { ...named, stage: 'code' }), level: 'debug' },
  ],
  [
    { type: 'stage:finished', ...ofTicket, stage: 'code', elapsedMs: 8 },
    info('processor', 'code done', { ...named, stage: 'code', elapsedMs: 8 }),
  ],
  [
    { type: 'guard:remarked', ...ofTicket, path: '', text: 'no check' },
    info('guard', 'no check', { ...named, path: '' }),
  ],
  [
    { type: 'agent:step', ...ofTicket, step: 3, action: 'edit', detail: 'a.ts' },
    { ...info('agent', 'step 3: edit a.ts', { ...named, step: 3 }), level: 'debug' },
  ],
  [
    {
      type: 'model:called',
      ...ofTicket,
      model: 'ollama/a',
      outcome: 'ok',
      elapsedMs: 7,
      usage: { input: 1, output: 2 },
      usd: 0,
    },
    info('models', 'ollama/a: ok', {
      ...named,
      model: 'ollama/a',
      outcome: 'ok',
      elapsedMs: 7,
      inputTokens: 1,
      outputTokens: 2,
      usd: 0,
    }),
  ],
  [
    { type: 'check:finished', ...ofTicket, result: { ...check, outcome: 'broken' } },
    {
      ...info('checks', 'check test: broken', { ...named, check: 'test', outcome: 'broken', elapsedMs: 30 }),
      level: 'warn',
    },
  ],
  [
    { type: 'check:finished', ...ofTicket, result: { ...check, outcome: 'passed' } },
    info('checks', 'check test: passed', { ...named, check: 'test', outcome: 'passed', elapsedMs: 30 }),
  ],
  [
    { type: 'guard:refused', ...ofTicket, code: 'GUARD_SECRET', path: 'a.env', reason: 'a token' },
    { ...info('guard', 'a.env: a token', { ...named, code: 'GUARD_SECRET', path: 'a.env' }), level: 'warn' },
  ],
  [
    { type: 'review:finished', ...ofTicket, model: 'ollama/b', findings: [] },
    info('review', 'ollama/b found 0 remarks', { ...named, model: 'ollama/b', findings: 0 }),
  ],
  [
    { type: 'branch:pushed', ...ofTicket, branch: 'ticket/42', head: '0123456789abcdef' },
    info('git', 'pushed ticket/42 at 0123456789ab', {
      ...named,
      branch: 'ticket/42',
      head: '0123456789abcdef',
    }),
  ],
  [
    { type: 'pull-request:opened', ...ofTicket, number: 7, url: 'http://x/7', branch: 'ticket/42' },
    info('git', 'pull request #7 opened: http://x/7', { ...named, branch: 'ticket/42', url: 'http://x/7' }),
  ],
  [
    { type: 'ticket:requeued', ...ofTicket, code: 'MODEL_UNREACHABLE', message: 'refused', waitSeconds: 30 },
    {
      ...info('processor', 'back to todo for 30 s: refused', {
        ...named,
        code: 'MODEL_UNREACHABLE',
        waitSeconds: 30,
      }),
      level: 'warn',
    },
  ],
  [
    { ...settled, to: 'review', code: null, errorType: null, model: 'ollama/a' },
    info('processor', 'a.md -> review: said', { ...named, file: 'a.md', elapsedMs: 9, model: 'ollama/a' }),
  ],
  [
    { ...settled, to: 'failed', code: 'NO_CHANGES', errorType: 'model', model: null },
    {
      ...info('processor', 'a.md -> failed: said', {
        ...named,
        file: 'a.md',
        elapsedMs: 9,
        code: 'NO_CHANGES',
        errorType: 'model',
      }),
      level: 'error',
    },
  ],
];

describe('the log of an event', () => {
  it.each(table.map(([event, entry]) => [event.type, event, entry] as const))('%s', (_type, event, entry) => {
    expect(logEvent(event)).toEqual(entry);
  });

  it('does not exist for what a model writes', () => {
    expect(logEvent({ type: 'model:text', ...ofTicket, model: 'm', text: 'x' })).toBeNull();
  });
});

function info(component: string, message: string, fields: Record<string, unknown> = {}): LogEntry {
  return { level: 'info', component, message, ...fields };
}
