import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addSpending, noSpending } from '../../src/domain/change.ts';

const spendings = fc.record({ input: fc.nat(), output: fc.nat(), requests: fc.nat(), usd: fc.nat() });

describe('addSpending', () => {
  it('adds each part', () => {
    const a = { input: 1, output: 2, requests: 3, usd: 0.25 };
    const b = { input: 10, output: 20, requests: 30, usd: 0.5 };
    expect(addSpending(a, b)).toEqual({ input: 11, output: 22, requests: 33, usd: 0.75 });
  });

  it('counts the same in any order, and nothing for nothing', () => {
    fc.assert(
      fc.property(spendings, spendings, spendings, (a, b, c) => {
        expect(addSpending(a, b)).toEqual(addSpending(b, a));
        expect(addSpending(addSpending(a, b), c)).toEqual(addSpending(a, addSpending(b, c)));
        expect(addSpending(a, noSpending)).toEqual(a);
      }),
    );
  });
});
