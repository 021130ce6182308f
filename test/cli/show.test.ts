import { describe, expect, it } from '@jest/globals';
import { temporaryDirectories } from '../support/directory.ts';
import { claimed, settled, ticketEvent } from '../support/events.ts';
import { houseDouble } from '../support/house.ts';
import { ticketReport } from '../support/ticket-report.ts';
import { typed } from '../support/command-line.ts';

const diff = 'diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-old\u001b[2J\n+new\n same\n';
const full = ticketReport({
  state: 'failed',
  step: 'waiting',
  attempts: 2,
  retries: 1,
  model: 'ollama/m',
  branch: 'ticket/task-1-abc',
  base: { branch: 'main', sha: '0123456789' },
  head: 'abcdef0123',
  pullRequest: {
    number: 4,
    url: 'http://x/4',
    state: 'open',
    branch: 'b',
    base: 'main',
    title: 't',
    head: 'h',
  },
  spent: { input: 100, output: 20, requests: 3, usd: 0.5 },
  checks: [{ name: 'test', outcome: 'broken', exitCode: 1, baseExitCode: 0, elapsedMs: 1500, output: 'no' }],
  verdict: {
    tree: 't',
    model: 'ollama/r',
    summary: 'Mostly good.',
    findings: [{ severity: 'HIGH', category: 'bugs', file: 'a.ts', line: 3, message: 'off by one' }],
    usage: { input: 1, output: 1 },
    requests: 1,
  },
  hold: { code: 'QUESTION', reason: 'which one?' },
  lastError: { code: 'CHECKS_BROKEN', message: 'test fails', hint: 'Read the output.' },
  timeline: [
    { time: '10:00', event: claimed },
    { time: '10:01', event: ticketEvent({ type: 'model:text', model: 'm', text: 'x' }) },
    { time: '10:02', event: settled },
  ],
  diff,
});

describe('ticketmill show', () => {
  const directory = temporaryDirectories();
  const house = (report = full) => houseDouble({ answers: { show: () => report } });

  it('tells the story of a ticket', async () => {
    const said = await typed(['show', 'task-1', '--diff'], { cwd: directory(), house: house() });
    expect(said.out).toBe(`task-1  Fix the login
  state         failed (waiting)
  file          task-1.md
  attempts      2, brought back 1 times
  model         ollama/m
  spent         100 tokens read, 20 written, 3 requests, 0.5000 USD
  branch        ticket/task-1-abc at abcdef0 from main 0123456
  pull request  #4 open http://x/4
  held          which one? (QUESTION)
  error         test fails (CHECKS_BROKEN)
  what to do    Read the output.

Checks
  test: broken (1.5 s)

Review
  ollama/r: 1 finding (1 HIGH)
  Mostly good.
  [HIGH] a.ts:3 off by one

Timeline
  10:00  taken: Fix the login
  10:02  review after 1:05 min: pull request #1

diff --git a/a b/a
--- a/a
+++ b/a
@@ -1 +1 @@
-old⟦U+001B⟧[2J
+new
 same
`);
  });

  it('tells what came of it, and with --verbose every step', async () => {
    const timeline = [
      { time: '2026-01-02T10:00:01.234Z', event: ticketEvent({ type: 'stage:started', stage: 'code' }) },
      {
        time: '2026-01-02T10:00:02.345Z',
        event: ticketEvent({ type: 'stage:finished', stage: 'code', elapsedMs: 1100 }),
      },
      {
        time: '2026-01-02T10:00:03.456Z',
        event: ticketEvent({ type: 'decision:made', decision: 'merge', reason: null }),
      },
    ];
    const see = async (...argv: string[]) => {
      const report = ticketReport({ state: 'done', step: 'settled', head: 'abc', timeline });
      return (await typed(['show', 'x', ...argv], { cwd: directory(), house: house(report) })).out;
    };
    expect(await see()).toBe(`task-1  Fix the login
  state         done
  file          task-1.md

Checks
  none: no check is configured, and none was found in the repository

Timeline
  2026-01-02 10:00:03  a person decided: merge
`);
    expect(await see('--verbose')).toContain('2026-01-02 10:00:02  code took 1.1 s\n');
  });

  it('says so when there is no change to show', async () => {
    const said = await typed(['show', 'x', '--diff'], { cwd: directory(), house: house(ticketReport()) });
    expect(said.err).toBe('There is no change of this ticket to show.\n');
  });

  it('is short about a ticket of which nothing is known', async () => {
    const said = await typed(['show', 'x'], { cwd: directory(), house: house(ticketReport()) });
    expect(said.out).toBe('task-1  Fix the login\n  state         todo\n  file          task-1.md\n');
  });

  it('asks for the diff only when it is wanted', async () => {
    const asked = house();
    await typed(['show', 'x'], { cwd: directory(), house: asked });
    await typed(['show', 'x', '--diff'], { cwd: directory(), house: asked });
    expect(asked.asked.map(({ args }) => args)).toEqual([
      { id: 'x', diff: false },
      { id: 'x', diff: true },
    ]);
  });

  it('paints the diff on a terminal', async () => {
    const given = { cwd: directory(), house: house(), isTerminal: { stdout: true } };
    const said = await typed(['show', 'x', '--diff'], given);
    expect(said.out).toContain('\u001b[32m+new\u001b[39m');
    expect(said.out).toContain('\u001b[31m-old⟦U+001B⟧[2J\u001b[39m');
  });

  it('gives machines the whole report', async () => {
    expect((await typed(['show', 'x', '--json'], { cwd: directory(), house: house() })).json()).toEqual([
      full,
    ]);
  });
});
