import { describe, expect, it } from '@jest/globals';
import type { StatusReport } from '../../src/domain/command.ts';
import { manualClock } from '../support/clock.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { houseDouble } from '../support/house.ts';
import { statusReport } from '../support/ticket-report.ts';
import { typed } from '../support/command-line.ts';

const closed = { state: 'CLOSED', failures: 0, openedAt: null, nextAttemptAt: null } as const;
const open = {
  state: 'OPEN',
  failures: 3,
  openedAt: '2026-01-02T10:00:00.000Z',
  nextAttemptAt: '2026-01-02T10:00:30.000Z',
} as const;

const full: StatusReport = statusReport({
  daemon: {
    pid: 7,
    url: 'http://127.0.0.1:3001',
    invitation: 'http://127.0.0.1:3001/enter?key=k',
    uptimeSeconds: 65,
  },
  paused: true,
  folders: { todo: 3, processing: 1, review: 2, done: 9, failed: 0 },
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
    {
      id: 'task-2',
      file: 'b.md',
      title: 'New',
      runId: 's',
      stage: null,
      model: null,
      elapsedMs: 0,
      step: 0,
      action: null,
    },
  ],
  queue: [
    { id: 'task-3', file: 'c.md', title: 'Next', verdict: 'ready', reason: '' },
    { id: 'task-4', file: 'd.md', title: 'Bad\u001b[2J', verdict: 'hold', reason: 'twin' },
  ],
  hosts: [
    { url: 'http://a:11434', healthy: true, version: '0.33.0', circuit: closed, loaded: ['ollama/m'] },
    { url: 'http://b:11434', healthy: false, version: null, circuit: open, loaded: [] },
  ],
  models: {
    'ollama/m': { attempts: 4, successes: 3, tokens: 12_345, costUsd: 0 },
    paid: { attempts: 1, successes: 1, tokens: 9, costUsd: 1.5 },
  },
});

describe('ticketmill status', () => {
  const directory = temporaryDirectories();
  const see = (report: StatusReport, argv: string[] = []) =>
    typed(['status', ...argv], {
      cwd: directory(),
      house: houseDouble({ answers: { status: () => report } }),
    });

  it('shows everything at a glance', async () => {
    expect((await see(full)).out)
      .toBe(`The daemon runs at http://127.0.0.1:3001 for 1:05 min (process 7). Paused: no tickets are taken until \`ticketmill resume\`.
To act from its page, open once: http://127.0.0.1:3001/enter?key=k
todo 3  processing 1  review 2  done 9  failed 0

Running
  task-1  Fix the login  code  1:05 min  ollama/m  step 3 edit src/a.ts
  task-2  New  0 s

Waiting
  task-3  Next  ready
  task-4  Bad  hold: twin

Model hosts
  http://a:11434 answers (0.33.0), loaded: ollama/m
  http://b:11434 does not answer, circuit OPEN after 3 failures, next try at 2026-01-02T10:00:30.000Z

Models
  ollama/m  3 of 4 succeeded, 12345 tokens
  paid  1 of 1 succeeded, 9 tokens, 1.50 USD
`);
  });

  it('says that nothing runs', async () => {
    expect((await see(statusReport())).out).toBe(
      'No daemon runs; `ticketmill start` begins.\ntodo 0  processing 0  review 0  done 0  failed 0\n',
    );
  });

  it('says how large the pool is, and why it is not larger', async () => {
    const pool = { min: 1, max: 6, agents: 3, bound: 'memory' } as const;
    expect((await see(statusReport({ pool }))).out).toMatch(
      /\nup to 3 at the same time \(1 to 6\): little memory is left\n$/,
    );
  });

  it('says how many worktrees lie ready', async () => {
    const { out } = await see(statusReport({ worktrees: { ready: 1, wanted: 2 } }));
    expect(out).toMatch(/\n1 of 2 worktrees ready\n$/);
  });

  it('names the first of a long queue', async () => {
    const ticket = { id: 'x', file: 'x.md', title: 'X', verdict: 'ready' as const, reason: '' };
    expect((await see(statusReport({ queue: Array.from({ length: 25 }, () => ticket) }))).out).toMatch(
      /and 5 more\n$/,
    );
  });

  it('gives machines the whole report', async () => {
    expect((await see(full, ['--json'])).json()).toEqual([full]);
  });

  it('with --watch looks again every second where there is no terminal, until it is interrupted', async () => {
    const clock = manualClock();
    const interruption = new AbortController();
    const house = houseDouble({ answers: { status: () => statusReport() } });
    const saying = typed(['status', '--watch'], {
      cwd: directory(),
      house,
      clock,
      signal: interruption.signal,
    });
    await clock.untilWaiting(1);
    await clock.advance(1000);
    await clock.untilWaiting(1);
    interruption.abort();
    const said = await saying;
    expect(said.code).toBe(130);
    expect(said.out.split('No daemon runs')).toHaveLength(3);
  });
});
