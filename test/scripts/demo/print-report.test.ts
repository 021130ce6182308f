import { describe, expect, it } from '@jest/globals';
import { describeResult, isAsExpected, summarise } from '../../../scripts/demo/print-report.ts';
import type { Result } from '../../../scripts/demo/print-report.ts';
import { firstTicket, refusedTicket } from '../../../scripts/demo/tickets.ts';
import type { TicketReport } from '../../../src/domain/command.ts';
import type { PullRequest } from '../../../src/domain/forge.ts';
import { ticketReport } from '../../support/ticket-report.ts';

const plain = (_tone: string, text: string): string => text;
const error = (code: 'GUARD_SECRET' | 'NO_CHANGES') => ({ code, message: 'it says why', hint: '' });
const open: PullRequest = {
  number: 3,
  url: 'local://pull-request/3',
  state: 'open',
  branch: 'ticket/task-1',
  base: 'main',
  title: 'Fix the login',
  head: '1'.repeat(40),
};

const cases: [what: string, of: Result, expected: boolean, words: string][] = [
  ['an open pull request', result({ state: 'review', pullRequest: open }), true, '#3 open'],
  [
    'a hold',
    result({ state: 'review', hold: { code: 'QUESTION', reason: 'which?' } }),
    true,
    'review: which? (QUESTION)',
  ],
  [
    'a failure',
    result({ state: 'failed', lastError: error('NO_CHANGES') }),
    false,
    'failed: it says why (NO_CHANGES)',
  ],
  ['one that waits', result({ state: 'todo' }), false, 'todo: it waits for another ticket'],
  [
    'a refusal nobody wanted',
    result({ state: 'failed', lastError: error('GUARD_SECRET') }),
    false,
    'refused by a guard\n',
  ],
  [
    'the refusal that was wanted',
    { ...result({ state: 'failed', lastError: error('GUARD_SECRET') }), ticket: refusedTicket },
    true,
    'refused by a guard, as it should be\n',
  ],
  [
    'a pull request that should have been refused',
    { ...result({ state: 'review', pullRequest: open }), ticket: refusedTicket },
    false,
    '#3 open',
  ],
];

describe('the report of the demo', () => {
  it.each(cases)('tells %s', (_what, of, expected, words) => {
    expect(describeResult(of, plain)).toContain(words);
    expect(isAsExpected(of)).toBe(expected);
  });

  it('sums up what was made, refused and missed', () => {
    const results = cases.map(([, of]) => of);
    expect(summarise(results)).toMatch(
      /^2 pull requests \(0 merged, 2 open\), 1 ticket refused by a guard, as it should be, 4 not as hoped: /,
    );
  });
});

function result(parts: Partial<TicketReport>): Result {
  return { ticket: firstTicket, report: ticketReport(parts), elapsedMs: 1000 };
}
