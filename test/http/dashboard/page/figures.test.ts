import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Candidate } from '../../../../src/http/dashboard/page/figures/recommend-model.ts';
import { recommendModel } from '../../../../src/http/dashboard/page/figures/recommend-model.ts';
import { labelEvery, ticks } from '../../../../src/http/dashboard/page/figures/scale.ts';

describe('the steps of an axis', () => {
  it('begin at nothing, reach the most, and are few and round', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (most) => {
        const steps = ticks(most);
        expect(steps[0]).toBe(0);
        expect(steps.at(-1)).toBeGreaterThanOrEqual(most * (1 - 1e-9));
        expect(steps.length).toBeLessThanOrEqual(6);
      }),
    );
  });

  it.each([
    [8, 1, [0, 2, 4, 6, 8]],
    [2, 1, [0, 1, 2]],
    [1, 0, [0, 0.25, 0.5, 0.75, 1]],
    [0, 0, [0, 1]],
    [0.016, 0, [0, 0.005, 0.01, 0.015, 0.02]],
  ])('up to %d by at least %d are %j', (most, least, expected) => {
    expect(ticks(most, least)).toEqual(expected);
  });

  it('are named as often as there is room', () => {
    expect([labelEvery(30, 10), labelEvery(5, 10), labelEvery(31, 10)]).toEqual([3, 1, 4]);
  });
});

describe('the recommended model', () => {
  const model = (
    id: string,
    successes: number,
    attempts: number,
    given: Partial<Candidate> = {},
  ): Candidate => ({
    id,
    successes,
    attempts,
    isInstalled: true,
    p50Ms: 1000,
    ...given,
  });

  it.each<[string, Candidate[], string | null]>([
    ['the one that succeeds most', [model('a', 3, 10), model('b', 8, 10)], 'b'],
    ['the surer one, where a few runs went well', [model('a', 3, 3), model('b', 49, 50)], 'b'],
    ['the faster one of equals', [model('a', 8, 10), model('b', 8, 10, { p50Ms: 10 })], 'b'],
    ['one that is there', [model('a', 9, 10, { isInstalled: false }), model('b', 5, 10)], 'b'],
    ['none without enough runs', [model('a', 2, 2)], null],
    ['none that never succeeded', [model('a', 0, 9)], null],
  ])('is %s', (_what, models, expected) => {
    expect(recommendModel(models)?.id ?? null).toBe(expected);
  });
});
