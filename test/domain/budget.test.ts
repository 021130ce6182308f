import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Used } from '../../src/domain/budget.ts';
import { allow, findShortages, tighten } from '../../src/domain/budget.ts';
import { Failure } from '../../src/domain/failure.ts';

function used({ tokens = 0, minutes = 0, usd = 0, attempts = 1 }): Used {
  return { spent: { input: tokens, output: 0, requests: 0, usd, minutes }, attempts };
}

describe('a ticket that wishes for a budget', () => {
  it('may lower what the config allows, never raise it', () => {
    expect(tighten({ tokens: 100, minutes: 5 }, { tokens: 10, minutes: 50, usd: 1 })).toEqual({
      tokens: 10,
      minutes: 5,
      usd: 1,
    });
    expect(tighten({ tokens: 100 })).toEqual({ tokens: 100 });
  });
});

describe('what is left', () => {
  it.each([
    [{ tokens: 10 }, used({ tokens: 10 }), 'The ticket has used 10 of 10 tokens.'],
    [{ minutes: 1.5 }, used({ minutes: 2.001 }), 'The ticket has used 2 of 1.5 minutes.'],
    [{ usd: 0.5 }, used({ usd: 0.755 }), 'The ticket has used 0.76 of 0.5 US dollars.'],
    [{ attempts: 2 }, used({ attempts: 3 }), 'The ticket has used 2 of 2 runs.'],
  ])('is nothing when one part is used up: %j', (limits, before, message) => {
    expect(allow(limits, before)).toMatchObject({ code: 'BUDGET_EXCEEDED', message });
  });

  it('is what the limits say, less what was used', () => {
    expect(
      allow({ tokens: 10, minutes: 3, attempts: 2 }, used({ tokens: 4, minutes: 1, attempts: 2 })),
    ).toEqual({
      tokens: 6,
      minutes: 2,
    });
    expect(allow({}, used({ tokens: 1e9 }))).toEqual({ tokens: null, minutes: null });
  });

  it('is something for a limit of nothing while nothing was used: a model on this machine costs nothing', () => {
    expect(allow({ usd: 0 }, used({ tokens: 5 }))).toEqual({ tokens: null, minutes: null });
  });

  it('only ever gets less', () => {
    const amount = fc.nat(1000);
    fc.assert(
      fc.property(amount, amount, amount, (limit, before, more) => {
        const [first, then] = [before, before + more].map((tokens) =>
          allow({ tokens: limit }, used({ tokens })),
        );
        if (first instanceof Failure) expect(then).toBeInstanceOf(Failure);
      }),
    );
  });
});

describe('a budget that gets short', () => {
  const budget = (limits: Parameters<typeof allow>[0], alertAt = 0.8) => ({
    limits,
    used: used({}),
    alertAt,
  });

  it('is told from the part on at which it should be', () => {
    expect(findShortages(budget({ tokens: 100 }), used({ tokens: 79 }))).toEqual([]);
    expect(findShortages(budget({ tokens: 100 }), used({ tokens: 80 }))).toEqual([
      { part: 'tokens', used: 80, limit: 100 },
    ]);
  });

  it('is told for each part by itself', () => {
    const all = { attempts: 5, tokens: 10, minutes: 10, usd: 1 };
    const parts = findShortages(budget(all), used({ attempts: 4, tokens: 9, minutes: 9.5, usd: 0.9 }));
    expect(parts.map(({ part }) => part)).toEqual(['attempts', 'tokens', 'minutes', 'usd']);
  });

  it('is not told of what nothing was used of, nor where there is no limit', () => {
    expect(findShortages(budget({ usd: 0 }), used({ tokens: 1000 }))).toEqual([]);
    expect(findShortages(budget({ tokens: 10 }, 0), used({}))).toEqual([]);
  });
});
