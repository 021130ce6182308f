import { describe, expect, it } from '@jest/globals';
import { errorReportName, isTicketName, numberedName } from '../../src/backlog/ticket-name.ts';

describe('names in a ticket folder', () => {
  it.each([
    ['a.md', true],
    ['task-1 - Fix é.MD', true],
    ['.a.md', false],
    ['.a.md.0123456789ab.ticketmill-tmp', false],
    ['a.md~', false],
    ['a.md.tmp', false],
    ['.a.md.swp', false],
    ['a.txt', false],
    ['a.error.json', false],
    ['md', false],
  ])('%s can be a ticket: %s', (name, expected) => {
    expect(isTicketName(name)).toBe(expected);
  });

  it('are numbered before the ending', () => {
    expect([1, 2, 3].map((number) => numberedName('a.b.md', number))).toEqual([
      'a.b.md',
      'a.b-2.md',
      'a.b-3.md',
    ]);
    expect(numberedName('A.MD', 2)).toBe('A-2.MD');
  });

  it('have a companion', () => {
    expect(errorReportName('task-1 - x.md')).toBe('task-1 - x.error.json');
  });
});
