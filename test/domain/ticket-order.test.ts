import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Candidate } from '../../src/domain/admission.ts';
import { inOrder } from '../../src/domain/ticket-order.ts';
import { makeCandidate } from '../support/make-ticket.ts';

const priorities = ['critical', 'HIGH', 'medium', 'Low', 'someday', ''];
const dates = ['2026-01-02', '2026-01-02 09:30', '2025-12-31', ''];

const candidates = fc
  .uniqueArray(
    fc.record({
      file: fc.string({ minLength: 1, maxLength: 8 }),
      priority: fc.constantFrom(...priorities),
      createdDate: fc.constantFrom(...dates),
    }),
    { minLength: 1, maxLength: 12, selector: ({ file }) => file },
  )
  .map((drawn) =>
    drawn.map(({ file, priority, createdDate }) => makeCandidate(file, { priority, createdDate }, { file })),
  );

const first = (...ready: Candidate[]) => inOrder(ready)[0]?.file;

describe('inOrder', () => {
  it('is none of none', () => {
    expect(inOrder([])).toEqual([]);
  });

  it('puts what is not understood behind every ticket', () => {
    const unread = makeCandidate('a', {}, { ticket: null });
    expect(first(unread, makeCandidate('b', { createdDate: '2026-01-02' }))).toBe('b.md');
  });

  it.each([
    ['a higher priority', { priority: 'high', createdDate: '2026-02-02' }, { priority: 'low' }],
    ['a priority before none', { priority: 'low' }, {}],
    ['a known priority before an unknown one', { priority: 'low' }, { priority: 'someday' }],
    ['an older one', { createdDate: '2026-01-02' }, { createdDate: '2026-01-10' }],
    ['a dated one before one without a date', { createdDate: '2026-01-02' }, {}],
    ['a day before an hour of it', { createdDate: '2026-01-02' }, { createdDate: '2026-01-02 09:30' }],
  ])('is %s', (_what, earlier, later) => {
    const [a, b] = [makeCandidate('z', earlier), makeCandidate('a', later)];
    expect([first(a, b), first(b, a)]).toEqual(['z.md', 'z.md']);
  });

  it('goes by name in the end, by code point whatever the language', () => {
    expect(first(makeCandidate('ä'), makeCandidate('b'), makeCandidate('Z'))).toBe('Z.md');
  });

  it('takes a candidate without a ticket for one without wishes', () => {
    expect(first(makeCandidate('a', {}, { ticket: null }), makeCandidate('b', { priority: 'low' }))).toBe(
      'b.md',
    );
  });

  it('is the same whatever order they are seen in', () => {
    fc.assert(
      fc.property(
        candidates.chain((ready) =>
          fc.tuple(fc.constant(ready), fc.shuffledSubarray(ready, { minLength: ready.length })),
        ),
        ([ready, shuffled]) => {
          expect(first(...shuffled)).toBe(first(...ready));
        },
      ),
    );
  });

  it('puts all of them in one order: taken one by one, no two ever change places', () => {
    fc.assert(
      fc.property(candidates, (ready) => {
        const order = inOrder(ready);
        expect(order).toHaveLength(ready.length);
        order.forEach((candidate, index) => {
          for (const later of order.slice(index + 1)) expect(first(later, candidate)).toBe(candidate.file);
        });
      }),
    );
  });
});
