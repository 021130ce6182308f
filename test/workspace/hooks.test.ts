import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { HookName } from '../../src/domain/hook.ts';
import { hookNames, hookOf, isGate } from '../../src/domain/hook.ts';
import type { Event } from '../../src/domain/event.ts';
import { configSchema } from '../../src/config/schema.ts';
import { createHooks } from '../../src/workspace/hooks.ts';
import type { HookCommand } from '../../src/workspace/hooks.ts';
import { manualClock } from '../support/clock.ts';
import { temporaryDirectories } from '../support/directory.ts';

const ticket = { taskId: 'task-1', runId: 'r1', key: 'k1' };
const moment = { hook: 'commit:before' as const, ...ticket, branch: 'ticket/task-1' };
const never = new AbortController().signal;

describe('hooks', () => {
  const directory = temporaryDirectories();
  let root: string;
  let warnings: string[];
  beforeEach(() => {
    root = directory();
    warnings = [];
  });
  const open = (commands: Partial<Record<HookName, HookCommand[]>>) =>
    createHooks({
      commands: (name) => commands[name] ?? [],
      root,
      env: { PATH: process.env['PATH'] ?? '', HOME: root },
      now: () => manualClock().now(),
      redact: (text) => text.replaceAll('hidden', '[redacted]'),
      warn: (message) => void warnings.push(message),
    });
  const sh = (script: string, timeout = 20_000): HookCommand[] => [{ run: ['sh', '-c', script], timeout }];
  const read = (name: string) => readFileSync(join(root, name), 'utf8');

  it('are told the event on standard input and in the environment, without secrets', async () => {
    const hooks = open({ 'worktree:created': sh('cat > told; env > env') });
    await hooks.step({ hook: 'worktree:created', ...ticket, key: 'hidden', directory: '/tree' }, never);
    expect(JSON.parse(read('told'))).toEqual({
      hook: 'worktree:created',
      time: '2026-01-02T10:00:00.000Z',
      ...ticket,
      key: '[redacted]',
      directory: '/tree',
    });
    const named = read('env')
      .split('\n')
      .filter((line) => /^(TICKETMILL|HOME)/.test(line));
    expect(named.sort()).toEqual([
      `HOME=${root}`,
      'TICKETMILL_HOOK=worktree:created',
      'TICKETMILL_RUN=r1',
      'TICKETMILL_TICKET=task-1',
      'TICKETMILL_WORKTREE=/tree',
    ]);
  });

  it('refuse a step at a gate, one after the other', async () => {
    const refusing = open({
      'commit:before': [
        ...sh('echo first >> order'),
        ...sh('echo no hidden things; exit 3'),
        ...sh('touch late'),
      ],
    });
    await expect(refusing.step(moment, never)).rejects.toMatchObject({
      code: 'HOOK_REFUSED',
      message: expect.stringMatching(/at commit:before ended with 3: no \[redacted\] things$/) as unknown,
    });
    expect(read('order')).toBe('first\n');
    expect(existsSync(join(root, 'late'))).toBe(false);
    await open({ 'commit:before': sh('exit 0') }).step(moment, never);
    await open({}).step(moment, never);
  });

  it('refuse at a gate when they are late or are not there', async () => {
    await expect(open({ 'commit:before': sh('exec sleep 60', 200) }).step(moment, never)).rejects.toThrow(
      'did not end within 200 ms',
    );
    const missing = open({ 'commit:before': [{ run: ['no-such-program'], timeout: 1000 }] });
    await expect(missing.step(moment, never)).rejects.toThrow('ended with 127');
  });

  it('fail no ticket anywhere else', async () => {
    const hooks = open({
      'ticket:failed': sh('exit 1'),
      'worktree:created': sh('exit 1'),
      'pr:opened': sh('cat > pr'),
      'circuit:changed': sh('cat > circuit'),
    });
    await hooks.step({ hook: 'worktree:created', ...ticket }, never);
    hooks.observe(settled('failed'));
    hooks.observe({ type: 'pull-request:opened', ...ticket, number: 7, url: 'u', branch: 'b' });
    hooks.observe({
      type: 'circuit:changed',
      target: 'http://a',
      from: 'CLOSED',
      to: 'OPEN',
      reason: 'gone',
    });
    hooks.observe({ type: 'daemon:stopped' });
    await hooks.close();
    expect(warnings).toHaveLength(2);
    expect(warnings[1]).toContain('at ticket:failed ended with 1');
    expect(JSON.parse(read('pr'))).toMatchObject({ hook: 'pr:opened', number: 7 });
    expect(JSON.parse(read('circuit'))).toMatchObject({
      hook: 'circuit:changed',
      to: 'OPEN',
      reason: 'gone',
    });
  });
});

const settled = (to: 'done' | 'failed' | 'review'): Event => ({
  type: 'ticket:settled',
  ...ticket,
  file: 'f',
  to,
  code: null,
  errorType: null,
  message: '',
  elapsedMs: 1,
  model: null,
});

it('there are thirteen moments, each of them a key of the config', () => {
  expect(hookNames).toHaveLength(13);
  expect(Object.keys(configSchema.parse({}).hooks)).toEqual([...hookNames]);
  expect(hookNames.filter(isGate)).toEqual(['agent:before', 'checks:before', 'commit:before', 'push:before']);
});

it.each<[Partial<Event>, HookName | null]>([
  [{ type: 'ticket:claimed' }, 'ticket:claimed'],
  [{ type: 'stage:finished', stage: 'code' }, 'agent:after'],
  [{ type: 'stage:finished', stage: 'check' }, 'checks:after'],
  [{ type: 'stage:finished', stage: 'guard' }, null],
  [{ type: 'review:finished' }, 'review:after'],
  [{ type: 'pull-request:opened' }, 'pr:opened'],
  [settled('done'), 'ticket:done'],
  [settled('failed'), 'ticket:failed'],
  [settled('review'), null],
  [{ type: 'circuit:changed' }, 'circuit:changed'],
])('%j is a matter of %s', (event, hook) => {
  expect(hookOf(event as Event)).toBe(hook);
});
