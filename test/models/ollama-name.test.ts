import { describe, expect, it } from '@jest/globals';
import { ollamaId, ollamaName } from '../../src/models/ollama-name.ts';

describe('the name of a model', () => {
  it.each([
    ['ollama/qwen3:8b', 'qwen3:8b'],
    ['qwen3', 'qwen3'],
    ['library/qwen3', 'library/qwen3'],
    ['hf.co/owner/model:Q4_K_M', 'hf.co/owner/model:Q4_K_M'],
    ['ollama/hf.co/owner/model', 'hf.co/owner/model'],
    ['openai', 'openai'],
    ['openai/gpt-5', null],
    ['openrouter/qwen/qwen3', null],
    ['office/qwen3', null],
    ['ollama/', null],
    ['', null],
  ])('%s is %s', (id, name) => {
    expect(ollamaName(id, ['office'])).toBe(name);
  });

  it('comes back from its id', () => {
    expect(ollamaName(ollamaId('hf.co/owner/model'))).toBe('hf.co/owner/model');
  });
});
