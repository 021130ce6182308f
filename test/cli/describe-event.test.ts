import { describe, expect, it } from '@jest/globals';
import { countFindings, describeEvent, eventLine } from '../../src/cli/describe-event.ts';
import type { Event } from '../../src/domain/event.ts';
import type { CheckResult } from '../../src/domain/change.ts';
import type { Finding } from '../../src/domain/review.ts';
import { claimed, settled, ticketEvent } from '../support/events.ts';

const check: CheckResult = {
  name: 'test',
  outcome: 'passed',
  exitCode: 0,
  baseExitCode: 0,
  elapsedMs: 1250,
  output: '',
};
const finding = (severity: Finding['severity']): Finding => ({
  severity,
  category: 'bugs',
  file: 'a',
  line: 1,
  message: 'm',
});
const checked = (outcome: CheckResult['outcome']) =>
  ticketEvent({ type: 'check:finished', result: { ...check, outcome } });

describe('describeEvent', () => {
  it.each<[Event, string]>([
    [{ type: 'daemon:degraded', reason: 'no model answers' }, 'waits: no model answers'],
    [{ type: 'daemon:recovered' }, 'goes on'],
    [{ type: 'daemon:warning', message: 'slow disk' }, 'warning: slow disk'],
    [{ type: 'ticket:held', file: 'a.md', reason: 'not closed' }, 'a.md is held: not closed'],
    [
      { type: 'circuit:changed', target: 'http://a', from: 'CLOSED', to: 'OPEN', reason: 'no route' },
      'http://a is left alone for a while: no route',
    ],
    [
      { type: 'circuit:changed', target: 'http://a', from: 'HALF_OPEN', to: 'CLOSED', reason: null },
      'http://a is well again',
    ],
    [
      ticketEvent({ type: 'model:replaced', from: 'm', to: 'n', code: 'NO_CHANGES', message: 'nothing' }),
      'task-1  goes on with n, because m failed: nothing (NO_CHANGES)',
    ],
    [claimed, 'task-1  taken: Fix the login'],
    [{ ...claimed, attempt: 2 } as Event, 'task-1  taken: Fix the login (attempt 2)'],
    [ticketEvent({ type: 'stage:started', stage: 'code' }), 'task-1  code'],
    [checked('passed'), 'task-1  check test passed (1.2 s)'],
    [checked('broken'), 'task-1  check test fails, and passed before the change (1.2 s)'],
    [checked('still-red'), 'task-1  check test fails, as it did before the change (1.2 s)'],
    [checked('mended'), 'task-1  check test passes now, and failed before the change (1.2 s)'],
    [
      ticketEvent({ type: 'guard:refused', code: 'GUARD_TOO_LARGE', path: 'a', reason: 'is huge' }),
      'task-1  refused by a guard: a: is huge (GUARD_TOO_LARGE)',
    ],
    [
      ticketEvent({ type: 'review:finished', model: 'm', findings: [finding('HIGH')] }),
      'task-1  reviewed by m: 1 finding (1 HIGH)',
    ],
    [
      ticketEvent({ type: 'branch:pushed', branch: 'ticket/x', head: 'abcdef0123' }),
      'task-1  branch ticket/x at abcdef0',
    ],
    [
      ticketEvent({ type: 'pull-request:opened', number: 3, url: 'http://x/3', branch: 'b' }),
      'task-1  pull request #3 http://x/3',
    ],
    [
      ticketEvent({
        type: 'ticket:requeued',
        code: 'MODEL_UNREACHABLE',
        message: 'no answer',
        waitSeconds: 5,
      }),
      'task-1  back to todo: no answer (MODEL_UNREACHABLE)',
    ],
    [
      ticketEvent({ type: 'ticket:withdrawn', file: 'a.md' }),
      'task-1  a.md was taken away while it was at work',
    ],
    [settled, 'task-1  review after 1:05 min: pull request #1'],
    [
      { ...settled, to: 'failed', code: 'NO_CHANGES', message: 'nothing' } as Event,
      'task-1  failed after 1:05 min: nothing (NO_CHANGES) The model changed nothing. Say more exactly what should change, or use a stronger model.',
    ],
    [
      { ...settled, to: 'done', message: 'it is merged', elapsedMs: 0 } as Event,
      'task-1  done: it is merged',
    ],
    [{ ...settled, code: 'QUESTION', message: '' } as Event, 'task-1  review after 1:05 min: (QUESTION)'],
  ])('tells as news: %j', (event, line) => {
    const told = describeEvent(event);
    expect(told?.weight).toBe('news');
    expect(told === null ? null : eventLine(told, (_tone, text) => text)).toBe(line);
  });

  it.each<[Event, string]>([
    [{ type: 'daemon:started', version: '1', concurrency: 2 }, 'ticketmill 1 takes up to 2 at a time'],
    [{ type: 'daemon:stopped' }, 'stopped'],
    [ticketEvent({ type: 'stage:finished', stage: 'code', elapsedMs: 10 }), 'code took 0 s'],
    [ticketEvent({ type: 'agent:step', step: 1, action: 'edit', detail: 'a.ts' }), 'step 1: edit a.ts'],
    [
      ticketEvent({
        type: 'model:called',
        model: 'm',
        outcome: 'ok',
        elapsedMs: 2000,
        usage: { input: 5, output: 7 },
        usd: 0,
      }),
      'm: ok, 5 tokens in, 7 out, 2 s',
    ],
  ])('keeps for who wants everything: %j', (event, text) => {
    expect(describeEvent(event)).toMatchObject({ weight: 'detail', text });
  });

  it('says nothing of single pieces of text', () => {
    expect(describeEvent(ticketEvent({ type: 'model:text', model: 'm', text: 'x' }))).toBeNull();
  });

  it('prints nothing that could move the cursor', () => {
    const told = describeEvent({ ...claimed, taskId: 'a\u001b[2Jb', title: 'x\r\ny\u202e' } as Event);
    expect(told).toMatchObject({ ticket: 'ab', text: 'taken: x y⟦U+202E⟧' });
  });
});

describe('what a server goes through', () => {
  it.each<[Event, string]>([
    [
      { type: 'circuit:changed', target: 'http://a', from: 'HALF_OPEN', to: 'OPEN', reason: null },
      'http://a is left alone for a while: it failed too often',
    ],
    [
      { type: 'circuit:changed', target: 'http://a', from: 'OPEN', to: 'HALF_OPEN', reason: null },
      'http://a is tried again',
    ],
    [
      { type: 'models:changed', host: 'http://a', added: ['x', 'y'], removed: [], updated: ['z'] },
      'http://a: added x, y; updated z',
    ],
    [
      ticketEvent({ type: 'model:retried', model: 'm', code: 'MODEL_UNREACHABLE', attempt: 1, waitMs: 2000 }),
      'task-1  m: MODEL_UNREACHABLE, again in 2 s',
    ],
  ])('is a detail: %j', (event, line) => {
    const told = describeEvent(event);
    expect(told?.weight).toBe('detail');
    expect(told === null ? null : eventLine(told, (_tone, text) => text)).toBe(line);
  });
});

describe('countFindings', () => {
  it('counts by severity, worst first', () => {
    expect(countFindings([])).toBe('no findings');
    expect(countFindings([finding('LOW'), finding('CRITICAL'), finding('LOW')])).toBe(
      '3 findings (1 CRITICAL, 2 LOW)',
    );
  });
});
