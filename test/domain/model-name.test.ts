import { expect, it } from '@jest/globals';
import { fullName, sizeInName } from '../../src/domain/model-name.ts';

it.each([
  ['qwen3:8b', [], 'ollama/qwen3:8b'],
  ['hf.co/owner/model', [], 'ollama/hf.co/owner/model'],
  ['openai/gpt-5', [], 'openai/gpt-5'],
  ['box/qwen', [], 'ollama/box/qwen'],
  ['box/qwen', ['box'], 'box/qwen'],
  ['boxes/qwen', ['box'], 'ollama/boxes/qwen'],
])('%s with providers %p is %s', (model, providers, full) => {
  expect(fullName(model, providers)).toBe(full);
});

it.each([
  ['qwen3:8b', 8],
  ['mixtral:8x7b', 56],
  ['gpt-5', null],
])('%s has %s billions of parameters as far as its name tells', (model, billions) => {
  expect(sizeInName(model)).toBe(billions);
});
