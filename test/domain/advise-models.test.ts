import { describe, expect, it } from '@jest/globals';
import { adviseModels } from '../../src/domain/advise-models.ts';
import type { ModelRecord } from '../../src/domain/advise-models.ts';

const record = (model: string, given: Partial<ModelRecord>): ModelRecord => ({
  category: 'coding',
  model,
  attempts: 10,
  successes: 9,
  usd: 0,
  ...given,
});

const dear = record('openai/dear', { usd: 5 });

describe('advice about models', () => {
  it('names the cheapest one that did as well, and what it would have spared', () => {
    const own = record('ollama/own', { attempts: 20, successes: 18 });
    const middle = record('openai/middle', { usd: 1, successes: 10 });
    expect(adviseModels([dear, middle, own])).toEqual([
      { category: 'coding', dear, cheap: own, savedUsd: 5 },
    ]);
  });

  it.each<[string, Partial<ModelRecord>]>([
    ['did worse', { successes: 8 }],
    ['was hardly tried', { attempts: 4, successes: 4 }],
    ['did other work', { category: 'testing' }],
    ['is as dear', { usd: 5 }],
    ['would spare next to nothing', { usd: 4.999 }],
  ])('names none that %s', (_what, given) => {
    expect(adviseModels([dear, record('ollama/own', given)])).toEqual([]);
  });

  it('names of two as cheap the one that succeeds more often', () => {
    const others = [9, 10, 9].map((successes, at) => record(`ollama/${at}`, { successes }));
    expect(adviseModels([dear, ...others])).toMatchObject([{ cheap: { model: 'ollama/1' } }]);
  });

  it('tells what spares most first', () => {
    const tests = record('openai/dear', { category: 'testing', usd: 9 });
    const own = ['coding', 'testing'].map((category) => record('ollama/own', { category }));
    expect(adviseModels([dear, tests, ...own]).map(({ savedUsd }) => savedUsd)).toEqual([9, 5]);
  });
});
