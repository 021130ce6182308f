import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Outcome } from '../../src/app/house.ts';
import type { Explanation } from '../../src/domain/command.ts';
import { Failure } from '../../src/domain/failure.ts';
import { manualClock } from '../support/clock.ts';
import { writeFiles } from '../support/config-root.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { houseDouble } from '../support/house.ts';
import { ticketReport } from '../support/ticket-report.ts';
import { typed } from '../support/command-line.ts';

const refusal = new Failure('ALREADY_RUNNING', 'Process 7 serves this backlog.');
const explained = (given: Partial<Explanation>): Explanation => ({
  id: 'a',
  file: 'a.md',
  state: 'processing',
  verdict: 'running',
  reason: 'code',
  plan: null,
  ...given,
});

describe('ticketmill run', () => {
  const directory = temporaryDirectories();
  const withTicket = () => {
    const cwd = directory();
    writeFiles(cwd, { 'ideas/a.md': '# Do it\n' });
    return cwd;
  };

  it('puts a copy into todo and works on it alone', async () => {
    const cwd = withTicket();
    const outcome: Outcome = { settled: [{ id: 'a', file: 'a.md', state: 'review', code: null }], left: [] };
    const house = houseDouble({ outcome });
    expect(await typed(['run', 'ideas/a.md'], { cwd, house })).toMatchObject({ code: 0 });
    expect(house.started).toMatchObject([{ once: true, only: 'a.md', server: false }]);
    expect(readFileSync(join(cwd, 'backlog/todo/a.md'), 'utf8')).toBe('# Do it\n');
    expect(readdirSync(join(cwd, 'ideas'))).toEqual(['a.md']);
  });

  it('takes what lies in todo as it is', async () => {
    const cwd = directory();
    writeFiles(cwd, { 'backlog/todo/a.md': '# Do it\n' });
    const house = houseDouble({});
    await typed(['run', 'backlog/todo/a.md'], { cwd, house });
    expect(house.started).toMatchObject([{ only: 'a.md' }]);
    expect(readdirSync(join(cwd, 'backlog/todo'))).toEqual(['a.md']);
  });

  it.each<[string, Outcome, number]>([
    ['failed', { settled: [{ id: 'a', file: 'a.md', state: 'failed', code: 'NO_CHANGES' }], left: [] }, 1],
    ['held', { settled: [], left: [{ id: 'a', file: 'a.md', reason: 'twin', outage: false }] }, 1],
    ['no model', { settled: [], left: [{ id: 'a', file: 'a.md', reason: 'down', outage: true }] }, 3],
  ])('ends by what became of it: %s', async (_name, outcome, code) => {
    expect(
      await typed(['run', 'ideas/a.md'], { cwd: withTicket(), house: houseDouble({ outcome }) }),
    ).toMatchObject({
      code,
    });
  });

  it.each([
    ['gone.md', 2, 'gone.md is not there'],
    ['notes.txt', 2, 'its name ending in .md'],
    ['open.md', 1, 'is not closed'],
  ])('refuses %s', async (file, code, reason) => {
    const cwd = directory();
    writeFiles(cwd, { 'notes.txt': 'x', 'open.md': '---\ntitle: x' });
    const said = await typed(['run', file], { cwd, house: houseDouble({}) });
    expect(said.code).toBe(code);
    expect(said.err).toContain(reason);
  });

  it('follows a running daemon that takes it', async () => {
    const clock = manualClock();
    const answers = [
      explained({ state: 'todo', verdict: 'ready', reason: 'next' }),
      explained({}),
      explained({}),
      explained({ state: 'review', verdict: 'ended', reason: 'pull request #1' }),
    ];
    const house = houseDouble({
      refusal,
      answers: {
        explain: () => answers.shift() ?? explained({}),
        show: () => ticketReport({ id: 'a', file: 'a.md', state: 'review' }),
      },
    });
    const saying = typed(['run', 'ideas/a.md'], { cwd: withTicket(), house, clock });
    for (let second = 0; second < 3; second += 1) {
      await clock.untilWaiting(1);
      await clock.advance(1000);
    }
    const said = await saying;
    expect(said.code).toBe(0);
    expect(said.err).toBe(
      'The running daemon takes it.\na  ready: next\na  running: code\na  ended: pull request #1\n',
    );
    expect(said.out).toContain('state         review');
  });

  it('does not wait for a ticket that a person must mend', async () => {
    const house = houseDouble({
      refusal,
      answers: {
        explain: () => explained({ state: 'todo', verdict: 'hold', reason: 'twin' }),
        show: () => ticketReport(),
      },
    });
    const said = await typed(['run', 'ideas/a.md'], { cwd: withTicket(), house });
    expect(said.code).toBe(1);
    expect(said.err).toContain('a  hold: twin');
  });
});
