import { describe, expect, it } from '@jest/globals';
import type { StatusReport } from '../../../src/domain/command.ts';
import { duration } from '../../../src/cli/duration.ts';
import { frame } from '../../../src/cli/watch/frame.ts';
import { keysOf } from '../../../src/cli/watch/screen.ts';
import type { View } from '../../../src/cli/watch/view.ts';
import { firstView, follow, press, rowsOf } from '../../../src/cli/watch/view.ts';
import { statusReport } from '../../support/ticket-report.ts';

const closed = { state: 'CLOSED', failures: 0, openedAt: null, nextAttemptAt: null } as const;
const host = { url: 'http://a:11434', healthy: true, version: '1', circuit: closed, loaded: ['ollama/m'] };
const busy: StatusReport = statusReport({
  daemon: { pid: 7, url: 'http://127.0.0.1:3001', invitation: null, uptimeSeconds: 65 },
  folders: { todo: 30, processing: 1, review: 2, done: 9, failed: 1 },
  running: [
    {
      id: 'task-1',
      file: 'a.md',
      title: 'Fix the login',
      runId: 'r',
      stage: 'code',
      model: 'ollama/m',
      elapsedMs: 65_000,
      step: 3,
      action: 'edit src/a.ts',
    },
  ],
  settled: [
    { id: 'task-2', file: 'b.md', title: 'Say hello', state: 'review', reason: 'pull request #4' },
    {
      id: 'task-3',
      file: 'c.md',
      title: '\u001b[2J日本語のとても長い題名 '.repeat(9),
      state: 'failed',
      reason: 'NO_CHANGES It did nothing.',
    },
  ],
  queue: Array.from({ length: 30 }, (_, i) => ({
    id: `task-${i + 10}`,
    file: 'd.md',
    title: 'Later',
    verdict: i === 0 ? ('hold' as const) : ('ready' as const),
    reason: 'twin',
  })),
  hosts: [host],
});
const rows = rowsOf(busy, duration);
const plain = (_tone: unknown, text: string): string => text;
const size = { rows: 24, columns: 80 };
const shown = { rows, story: Array.from({ length: 50 }, (_, i) => `line ${i}`) };
const draw = (view: Partial<View> = {}, report = busy, of = rows): string[] =>
  frame({ report, rows: of, story: shown.story, view: { ...firstView, ...view } }, size, plain);
const pressed = (view: Partial<View>, ...keys: string[]) =>
  keys.reduce<ReturnType<typeof press>>((last, key) => press(last.view, key, shown), {
    view: { ...firstView, chosen: 'task-1', ...view },
    order: null,
    ends: false,
  });

describe('a frame', () => {
  it('fits a terminal of 80 by 24, whatever tickets are called', () => {
    const lines = draw({ chosen: 'task-3' });
    expect(lines).toHaveLength(24);
    for (const line of lines) expect(Array.from(line).length).toBeLessThanOrEqual(80);
    expect(lines.join('')).not.toContain('\u001b');
    expect(lines.slice(0, 10)).toEqual([
      'ticketmill  runs for 1:05 min at http://127.0.0.1:3001',
      'todo 30   processing 1   review 2   done 9   failed 1',
      'http://a:11434 answers, ollama/m loaded',
      '',
      'Running',
      '  task-1          Fix the login                code 1:05 min  step 3 edit src/a…',
      '',
      'To review',
      '  task-2          Say hello                    pull request #4',
      '',
    ]);
    expect(lines[11]).toMatch(/^› task-3 {10}日本語.*… {2}NO_CHANGES It did nothing\.$/);
    expect(lines[23]).toBe('↑↓ choose   o open   r retry   c cancel   q quit');
  });

  it.each([
    [1, 1],
    [10, 5],
    [200, 60],
  ])('fits any other terminal: %d by %d', (columns, height) => {
    const lines = frame({ report: busy, rows, story: [], view: firstView }, { rows: height, columns }, plain);
    expect(lines.length).toBeLessThanOrEqual(height);
  });

  it('keeps the chosen ticket in sight', () => {
    expect(draw({ chosen: 'task-39' }).join('\n')).toContain('› task-39');
    expect(draw({ chosen: 'task-1' })[4]).toBe('Running');
  });

  it('tells first of what is wrong', () => {
    const down = { ...host, healthy: false, circuit: { ...closed, state: 'OPEN' as const, failures: 3 } };
    expect(draw({}, { ...busy, hosts: [down] })[2]).toMatch(/does not answer \(circuit OPEN, 3 failures\)/);
    expect(draw({}, { ...busy, degraded: ['disk: full'] })[2]).toBe('disk: full');
    const idle = draw({}, statusReport({ paused: true }), []);
    expect(idle[0]).toBe('ticketmill  no daemon runs  paused');
    expect(idle[4]).toBe('Nothing waits, runs, or needs you.');
    expect(idle[23]).toBe('q quit');
  });

  it('shows the story of a ticket from where it was scrolled to', () => {
    expect(draw({ open: { id: 'task-1', above: 7 } })[4]).toBe('line 7');
    expect(draw({ open: { id: 'task-1', above: 49 } })[21]).toBe('line 49');
  });

  it('asks before it cancels', () => {
    expect(draw({ asks: 'task-1' })[23]).toBe('Cancel task-1?  y yes   any other key no');
  });
});

describe('keys', () => {
  it('come one by one, however they arrive', () => {
    expect(keysOf('j\u001b[A\u001bOBé\u001b[1;5Cq')).toEqual([
      'j',
      '\u001b[A',
      '\u001bOB',
      'é',
      '\u001b[1;5C',
      'q',
    ]);
    expect(keysOf('\u001b')).toEqual(['\u001b']);
  });

  it('choose a ticket, and stop at the ends', () => {
    expect(pressed({}, 'j', '\u001b[B').view.chosen).toBe('task-3');
    expect(pressed({}, 'j', 'k', '\u001b[A', 'k').view.chosen).toBe('task-1');
    expect(pressed({ chosen: null }, 'j').view.chosen).toBe('task-1');
    expect(press(firstView, 'j', { rows: [], story: [] }).view.chosen).toBeNull();
    expect(press(firstView, 'c', { rows: [], story: [] }).view.asks).toBeNull();
  });

  it('keep the choice with its ticket wherever that goes', () => {
    expect(follow({ ...firstView, chosen: 'task-3' }, rows).chosen).toBe('task-3');
    expect(follow({ ...firstView, chosen: 'gone' }, rows).chosen).toBe('task-1');
    expect(follow({ ...firstView, chosen: 'gone' }, []).chosen).toBeNull();
  });

  it('open a ticket, scroll it and go back', () => {
    const { view } = pressed({}, 'o', 'k', 'j', 'j');
    expect(view.open).toEqual({ id: 'task-1', above: 2 });
    expect(pressed({ open: { id: 'task-1', above: 49 } }, 'j').view.open?.above).toBe(49);
    for (const key of ['\u001b', 'q', 'o', '\r'])
      expect(press(view, key, shown)).toMatchObject({ view: { open: null }, ends: false });
  });

  it('cancel only what was confirmed', () => {
    expect(pressed({}, 'c')).toMatchObject({ order: null, view: { asks: 'task-1' } });
    expect(pressed({}, 'c', 'y').order).toEqual({ command: 'cancel', id: 'task-1' });
    expect(pressed({}, 'c', 'n')).toMatchObject({ order: null, view: { asks: null } });
    expect(pressed({}, 'c', 'q').ends).toBe(false);
    expect(pressed({ open: { id: 'task-2', above: 0 } }, 'c', 'Y').order).toMatchObject({ id: 'task-2' });
  });

  it('bring a ticket back, if need be against advice', () => {
    expect(pressed({}, 'r').order).toEqual({ command: 'retry', id: 'task-1', force: false });
    expect(pressed({}, 'R').order).toMatchObject({ force: true });
    expect(pressed({}, 'x')).toMatchObject({ order: null, ends: false });
  });

  it.each(['q', '\u001b', '\u0003', '\u0004'])('end it: %j', (key) => {
    expect(pressed({}, key).ends).toBe(true);
  });
});
