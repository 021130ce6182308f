import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ticketStates } from '../../src/domain/ticket.ts';
import { selectTickets } from '../../src/http/select-tickets.ts';
import { ticketQuery } from '../../src/http/shapes/tickets.ts';
import type { ListedTicket } from '../../src/ports.ts';

function listed(given: Partial<ListedTicket> = {}): ListedTicket {
  return {
    file: 'task-1.md',
    state: 'todo',
    id: 'task-1',
    title: 'Fix the login',
    labels: [],
    priority: null,
    model: null,
    modifiedFiles: [],
    createdDate: '',
    changedAt: 1000,
    problem: null,
    ...given,
  };
}

const select = (all: ListedTicket[], query: object = {}) => selectTickets(all, ticketQuery.parse(query));

describe('the selection of tickets', () => {
  it.each([
    ['LOGIN fix', true],
    ['task-1', true],
    ['ui', true],
    ['Über', true],
    ['login nothing', false],
    ['.*', false],
  ])('by %j finds: %s', (q, isFound) => {
    const ticket = listed({ labels: ['UI', 'u\u0308ber'] });
    expect(select([ticket], { q }).total).toBe(isFound ? 1 : 0);
  });

  it('counts the states of what the words find, whatever state is asked for', () => {
    const all = [
      listed(),
      listed({ state: 'done' }),
      listed({ state: 'done', title: 'Other', id: 'x', file: 'x' }),
    ];
    const { page, total, counts } = select(all, { state: 'done', q: 'login' });
    expect(page).toEqual([all[1]]);
    expect(total).toBe(1);
    expect(counts).toEqual({ todo: 1, processing: 0, review: 0, done: 1, failed: 0 });
  });

  it.each(['', 'x', 'YS9i', '////'])('begins anew after %j, which is no place', (after) => {
    expect(select([listed()], { after }).page).toHaveLength(1);
  });

  it('tells all of them once, page by page, the last changed first', () => {
    const ticket = fc.record({
      file: fc.string({ minLength: 1, maxLength: 5 }),
      state: fc.constantFrom(...ticketStates),
      changedAt: fc.integer({ min: 0, max: 5 }),
    });
    const property = fc.property(
      fc.uniqueArray(ticket, { selector: ({ file, state }) => `${state}/${file}`, maxLength: 30 }),
      fc.integer({ min: 1, max: 7 }),
      (tickets, limit) => {
        const all = tickets.map((each) => listed(each));
        const pages: ListedTicket[] = [];
        let after: string | null = null;
        do {
          const { page, next } = select(all, { limit, ...(after === null ? {} : { after }) });
          pages.push(...page);
          after = next;
        } while (after !== null);
        expect(new Set(pages)).toEqual(new Set(all));
        expect(pages).toHaveLength(all.length);
        expect(pages.map(({ changedAt }) => changedAt)).toEqual(
          pages.map(({ changedAt }) => changedAt).toSorted((a, b) => b - a),
        );
      },
    );
    fc.assert(property);
  });
});
