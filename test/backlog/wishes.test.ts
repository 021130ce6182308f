import { describe, expect, it } from '@jest/globals';
import { readWishes } from '../../src/backlog/wishes.ts';

describe('readWishes', () => {
  it('reads every wish in camelCase', () => {
    const wishes = {
      model: 'ollama/qwen2.5-coder:7b',
      suggestedModels: ['a/b', 'hf.co/x/y:Q4'],
      modelPreference: 'fast',
      agent: 'builtin',
      repo: 'web',
      base: 'release/1.x',
      checks: ['test', 'lint:all'],
      budget: { usd: 0, tokens: 1000, minutes: 1.5, attempts: 2 },
      review: 'fix',
      estimatedHours: 0.5,
    };
    expect(readWishes(wishes)).toEqual({ wishes, warnings: [] });
  });

  it('reads snake_case, and nothing where nothing stands', () => {
    const read = readWishes({
      suggested_models: ['a'],
      model_preference: 'capable',
      estimated_hours: 2,
      model: null,
    });
    expect(read).toEqual({
      wishes: { suggestedModels: ['a'], modelPreference: 'capable', estimatedHours: 2 },
      warnings: [],
    });
  });

  it.each<[string, unknown]>([
    ['model', 'http://evil'],
    ['model', '../../model'],
    ['model', 4],
    ['suggestedModels', 'a, b'],
    ['suggestedModels', ['a', 'https://evil']],
    ['modelPreference', ['fast']],
    ['agent', 'rm -rf /'],
    ['repo', 'other/x'],
    ['base', '--upload-pack=touch PWN'],
    ['base', 'a..b'],
    ['base', 'a.lock'],
    ['checks', ['npm test; curl evil']],
    ['checks', 'test'],
    ['budget', 'lots'],
    ['budget', ['usd']],
    ['review', 'maybe'],
    ['review', false],
    ['estimatedHours', -1],
    ['estimatedHours', Infinity],
    ['estimatedHours', { valueOf: 1 }],
  ])('ignores %s: %j with a warning', (key, value) => {
    const { wishes, warnings } = readWishes({ [key]: value });
    expect(wishes).toEqual({ suggestedModels: [] });
    expect(warnings).toEqual([expect.stringMatching(new RegExp(`^${key} is .*, expected .*; ignored$`))]);
  });

  it('takes the sound parts of a budget', () => {
    const { wishes, warnings } = readWishes({
      budget: { usd: 2, tokens: 0, attempts: 1.5, minutes: '5', toString: 1 },
    });
    expect(wishes.budget).toEqual({ usd: 2 });
    expect(warnings).toHaveLength(4);
  });

  it('sees no other key', () => {
    const power = { command: 'x', env: { A: 'b' }, baseUrl: 'http://evil', branch: 'main', autoMerge: true };
    expect(readWishes(power)).toEqual({ wishes: { suggestedModels: [] }, warnings: [] });
  });
});
