import { describe, expect, it } from '@jest/globals';
import type { RetryReport, TriagedTicket } from '../../src/domain/command.ts';
import { typed } from '../support/command-line.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { houseDouble } from '../support/house.ts';

const back: TriagedTicket = {
  id: 'task-1',
  file: 'task-1.md',
  code: 'MODEL_TIMEOUT',
  error: 'The model was too slow.',
  failedAt: '2026-01-02T10:00:00.000Z',
  retryCount: 1,
  verdict: 'retry',
  reason: 'this kind of failure may pass by itself',
  difference: null,
  movedTo: 'task-1.md',
};

const stays: TriagedTicket = {
  ...back,
  id: 'task-2',
  file: 'task-2.md',
  code: null,
  error: null,
  failedAt: null,
  retryCount: 0,
  verdict: 'no',
  reason: 'there is no .error.json\u001b[2J that says why',
  difference: null,
  movedTo: null,
};

const later: TriagedTicket = {
  ...back,
  id: 'task-3',
  verdict: 'later',
  reason: 'it failed 2 of at least 5 minutes ago',
  difference: 'the ticket asks for something else now',
  movedTo: null,
};

const report = (dryRun: boolean, ...groups: [string, TriagedTicket[]][]): RetryReport => ({
  dryRun,
  groups: groups.map(([errorType, tickets]) => ({ errorType, tickets })),
});

describe('ticketmill retry-failed', () => {
  const directory = temporaryDirectories();
  const ask = async (answer: RetryReport, ...argv: string[]) => {
    const house = houseDouble({ answers: { 'retry-failed': () => answer } });
    return { house, ...(await typed(['retry-failed', ...argv], { cwd: directory(), house })) };
  };

  it('tells by kind of failure what went back, what not, and why', async () => {
    const said = await ask(report(false, ['transient', [back, later]], ['unknown', [stays]]));
    expect(said.code).toBe(0);
    expect(said.out).toBe(
      [
        'transient (2)',
        '  task-1: MODEL_TIMEOUT The model was too slow.',
        '    retry (number 1): this kind of failure may pass by itself',
        '    different this time: nothing that can be seen from here',
        '  task-3: MODEL_TIMEOUT The model was too slow.',
        '    later: it failed 2 of at least 5 minutes ago',
        '    different this time: the ticket asks for something else now',
        '',
        'unknown (1)',
        '  task-2',
        '    stays: there is no .error.json that says why',
        '',
        '1 of 3 went back to todo.',
        '',
      ].join('\n'),
    );
    const all = { id: null, maxAgeDays: null, dryRun: false, force: false };
    expect(said.house.asked).toEqual([{ command: 'retry-failed', args: all }]);
  });

  it('hands over what was asked for', async () => {
    const waiting = { ...back, retryCount: 0, movedTo: null };
    const said = await ask(
      report(true, ['transient', [waiting]]),
      ...['--task-id', 'task-1', '--max-age-days', '7.5', '--dry-run', '--force'],
    );
    expect(said.house.asked).toMatchObject([
      { args: { id: 'task-1', maxAgeDays: 7.5, dryRun: true, force: true } },
    ]);
    expect(said.out).toContain('retry (number 1)');
    expect(said.out).toContain('1 of 1 would go back to todo.');
    expect(said.code).toBe(0);
  });

  it('answers machines with the whole', async () => {
    const answer = report(false, ['transient', [back]]);
    expect((await ask(answer, '--json')).json()).toEqual([answer]);
  });

  it('ends with 1 when the one ticket that was asked for stays', async () => {
    expect((await ask(report(false, ['unknown', [stays]]), '--task-id', 'task-2')).code).toBe(1);
    expect((await ask(report(false, ['transient', [back]]), '--task-id', 'task-1')).code).toBe(0);
  });

  it('has something to say about nothing', async () => {
    expect((await ask(report(false))).out).toBe('No ticket has failed.\n');
  });

  it.each(['', 'soon', '-1', '99999'])('refuses days that are none: %j', async (days) => {
    const said = await typed(['retry-failed', '--max-age-days', days], { cwd: directory() });
    expect(said.code).toBe(2);
    expect(said.err).toContain('Expected a number of days from 0 to 36500.');
  });
});
