import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { visibleRows } from '../../../../src/http/dashboard/page/board/visible-rows.ts';

describe('the cards to draw', () => {
  it('are those in sight and a few more, however many there are', () => {
    fc.assert(
      fc.property(
        fc.nat(2_000_000),
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 4000 }),
        fc.nat(20_000),
        (top, height, width, total) => {
          const { first, last, columns, rowHeight } = visibleRows({ top, height, width }, total);
          expect(first).toBeGreaterThanOrEqual(0);
          expect(last).toBeLessThanOrEqual(total);
          expect(last).toBeGreaterThanOrEqual(Math.min(first, total));
          expect(last - first).toBeLessThanOrEqual((height / rowHeight + 8) * columns);
          const firstSeen = Math.floor(top / rowHeight) * columns;
          if (firstSeen < total) {
            expect(first).toBeLessThanOrEqual(firstSeen);
            expect(last).toBeGreaterThan(firstSeen);
          }
        },
      ),
    );
  });

  it('are none of none', () => {
    expect(visibleRows({ top: 0, height: 500, width: 300 }, 0)).toMatchObject({
      first: 0,
      last: 0,
      height: 0,
    });
  });
});
