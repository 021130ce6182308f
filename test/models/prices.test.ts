import { describe, expect, it } from '@jest/globals';
import { priceTable, pricesAsOf } from '../../src/models/price-table.ts';
import { knownPrice } from '../../src/models/prices.ts';

describe('the known price', () => {
  it.each([
    ['openai/gpt-4o', 2.5, 10],
    ['openai/gpt-4o-2024-08-06', 2.5, 10],
    ['openai/gpt-4o-mini', 0.15, 0.6],
    ['openai/gpt-5-pro', 15, 120],
    ['anthropic/claude-sonnet-4-5-20250929', 3, 15],
    ['anthropic/claude-sonnet-4-20250514', 3, 15],
    ['anthropic/claude-3-5-haiku-latest', 0.8, 4],
    ['google/gemini-2.5-flash-preview-09-2025', 0.3, 2.5],
    ['google/gemini-3-pro-preview', 2, 12],
    ['openrouter/anthropic/claude-sonnet-4.5', 3, 15],
    ['openrouter/meta/llama:free', 0, 0],
    ['ollama/qwen3:8b', 0, 0],
  ])('of %s', (id, input, output) => {
    expect(knownPrice(id)).toEqual({ input, output });
  });

  it.each([
    'openai/gpt-9',
    'openai/gpt-4o-realtime',
    'anthropic/claude-opus-4-9',
    'huggingface/Qwen/Qwen3-Coder',
    'openrouter/auto',
    'constructor/x',
    'openai/',
    'box/qwen',
  ])('of %s is not known', (id) => {
    expect(knownPrice(id)).toBeNull();
  });

  it('is dated, and every model of the table is found by its own name alone', () => {
    expect(Date.parse(pricesAsOf)).not.toBeNaN();
    for (const [provider, models] of Object.entries(priceTable))
      for (const [name, [input, output]] of Object.entries(models))
        expect(knownPrice(`${provider}/${name}`)).toEqual({ input, output });
  });
});
