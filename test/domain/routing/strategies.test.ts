import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { KnownModel, ModelKnowledge } from '../../../src/domain/routing/known-model.ts';
import type { Occasion, StrategyName } from '../../../src/domain/routing/strategies.ts';
import { needsClassification, strategies, strategyNames } from '../../../src/domain/routing/strategies.ts';
import { knownOf } from '../../support/plain-routing.ts';

const model = (id: string, different: Partial<ModelKnowledge>): KnownModel => ({ ...knownOf(different), id });

/** One history for all of them: each model has something in which it is the best. */
const models = [
  model('ollama/house:14b', { attempts: 40, successes: 24, p50Ms: 9000, running: 2 }),
  model('ollama/quick:3b', { attempts: 40, successes: 20, p50Ms: 900, running: 1 }),
  model('openai/steady', {
    attempts: 40,
    successes: 38,
    p50Ms: 4000,
    running: 1,
    isPaid: true,
    price: { input: 3, output: 15 },
    byCategory: { debugging: { attempts: 20, successes: 18 } },
  }),
  model('ollama/hunter:70b', {
    attempts: 40,
    successes: 26,
    p50Ms: 20_000,
    running: 1,
    byCategory: { debugging: { attempts: 20, successes: 20 }, testing: { attempts: 20, successes: 6 } },
  }),
  model('ollama/fresh:8b', {}),
];

const occasion: Occasion = { category: 'debugging', complexity: 'low', turn: 6, seed: 'task-7/1' };

const firstWords = (name: StrategyName, at: Partial<Occasion> = {}): string[] =>
  strategies[name].order(models, { ...occasion, ...at }).map(({ id }) => id.replace(/^\w+\/|:.*$/g, ''));

describe('the strategies, over one history', () => {
  it.each<[StrategyName, string[], string]>([
    ['ordered', ['house', 'quick', 'steady', 'hunter', 'fresh'], 'the first that the config lists'],
    ['round-robin', ['quick', 'steady', 'hunter', 'fresh', 'house'], 'its turn: 6 runs before'],
    ['least-loaded', ['fresh', 'quick', 'steady', 'hunter', 'house'], '0 runs at work with it now'],
    ['random', ['fresh', 'hunter', 'steady', 'house', 'quick'], 'drawn by lot'],
    ['performance', ['steady', 'fresh', 'hunter', 'quick', 'house'], '38 of 40 went well, 4.0 s a request'],
    ['affinity', ['hunter', 'steady', 'fresh', 'house', 'quick'], '20 of 20 went well in debugging'],
    [
      'complexity',
      ['quick', 'house', 'fresh', 'steady', 'hunter'],
      'a fast model for work of low complexity',
    ],
    ['cost', ['fresh', 'hunter', 'house', 'quick', 'steady'], 'it costs nothing; not tried yet'],
    ['hybrid', ['quick', 'fresh', 'hunter', 'house', 'steady'], 'not tried yet in debugging'],
  ])('%s', (name, order, why) => {
    expect(firstWords(name)).toEqual(order);
    const [first = model('', {})] = strategies[name].order(models, occasion);
    expect(strategies[name].why(first, occasion)).toContain(why);
  });

  it('differ, every one from every other', () => {
    const orders = strategyNames.map((name) => firstWords(name).join());
    expect(new Set(orders).size).toBe(strategyNames.length);
  });

  it('say what makes the difference where it is a price, a time or a profile', () => {
    const [, , steady = model('', {})] = models;
    const fresh = model('openai/fresh', { isPaid: true, price: { input: 1, output: 12 } });
    expect(strategies.cost.why(steady, occasion)).toBe('4.09 US dollars a million tokens');
    expect(strategies.performance.why(fresh, occasion)).toBe('not tried yet');
    expect(strategies.hybrid.why(fresh, occasion)).toBe(
      'not tried yet in debugging, low complexity, 0 runs at work with it, 2.00 US dollars a million tokens',
    );
    const labelled = model('ollama/tiny:1b', { profile: 'capable' });
    expect(strategies.complexity.why(labelled, { ...occasion, complexity: 'high' })).toBe(
      'a capable model for work of high complexity',
    );
  });

  it('weigh no price where nothing costs', () => {
    const free = models.filter(({ isPaid }) => !isPaid);
    const cheaper = strategies.hybrid.order(free, occasion).map(({ id }) => id);
    expect(cheaper[0]).toBe('ollama/quick:3b');
  });

  it('follow the kind of work where they look at it', () => {
    expect(firstWords('affinity', { category: 'testing' })[0]).toBe('steady');
    expect(firstWords('complexity', { complexity: 'high' })[0]).toBe('steady');
    expect(firstWords('complexity', { complexity: 'medium' })[0]).toBe('house');
    expect(strategyNames.filter(needsClassification)).toEqual(['affinity', 'complexity', 'hybrid']);
  });

  it('go round in a circle, and draw anew for another run', () => {
    const firsts = [0, 1, 2, 3, 4, 5].map((turn) => firstWords('round-robin', { turn })[0]);
    expect(firsts).toEqual(['house', 'quick', 'steady', 'hunter', 'fresh', 'house']);
    const draws = Array.from({ length: 50 }, (_, run) => firstWords('random', { seed: `task-${run}/1` })[0]);
    expect(new Set(draws).size).toBe(models.length);
  });

  it('lose none and add none, whatever is known, and never change what they were given', () => {
    const tries = fc
      .nat({ max: 50 })
      .chain((attempts) =>
        fc.record({ attempts: fc.constant(attempts), successes: fc.nat({ max: attempts }) }),
      );
    const drawn = fc.uniqueArray(
      fc
        .tuple(tries, fc.option(fc.nat({ max: 100_000 })), fc.nat({ max: 5 }), fc.nat({ max: 20 }), fc.nat())
        .map(([known, p50Ms, running, input, number]) =>
          model(`m${number}`, { ...known, p50Ms, running, price: { input, output: input } }),
        ),
      { selector: ({ id }) => id, maxLength: 6 },
    );
    fc.assert(
      fc.property(drawn, fc.constantFrom(...strategyNames), fc.nat(), (given, name, turn) => {
        const before = JSON.stringify(given);
        const ordered = strategies[name].order(given, { ...occasion, turn });
        expect(ordered.map(({ id }) => id).sort()).toEqual(given.map(({ id }) => id).sort());
        expect(JSON.stringify(given)).toBe(before);
      }),
    );
  });
});
