import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ticketStates } from '../../../../src/domain/ticket.ts';
import type { Place } from '../../../../src/http/dashboard/page/place.ts';
import { ranges, readPlace, ticketTabs, writePlace } from '../../../../src/http/dashboard/page/place.ts';

const places: fc.Arbitrary<Place> = fc.oneof(
  fc.record({
    view: fc.constant('board' as const),
    q: fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
    state: fc.option(fc.constantFrom(...ticketStates)),
  }),
  fc.record({
    view: fc.constant('ticket' as const),
    id: fc.string({ minLength: 1 }),
    tab: fc.constantFrom(...ticketTabs),
  }),
  fc.record({ view: fc.constant('trends' as const), days: fc.constantFrom(...ranges) }),
  fc.constantFrom<Place>({ view: 'models' }, { view: 'failed' }),
);

describe('a place in the page', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(places, (place) => {
        expect(readPlace(writePlace(place))).toEqual(place);
      }),
    );
  });

  it.each(['', '#', '#/nowhere', '#content', '#/ticket/', '#/board?state=lost'])(
    '%j is the board',
    (hash) => {
      expect(readPlace(hash)).toEqual({ view: 'board', q: '', state: null });
    },
  );

  it('takes an address that cannot be decoded for what it says', () => {
    expect(readPlace('#/ticket/100%/changes')).toEqual({ view: 'ticket', id: '100%', tab: 'changes' });
  });
});
