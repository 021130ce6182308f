import { expect, it } from '@jest/globals';
import { chooseModel } from '../../src/domain/choose-model.ts';

const model = (id: string, ...capabilities: string[]) => ({ id, capabilities, contextLength: null });

it.each([
  [[], null],
  [[model('nomic-embed-text'), model('embed', 'embedding')], null],
  [[model('llama3', 'completion'), model('qwen3', 'completion', 'tools')], 'qwen3'],
  [[model('qwen3', 'completion', 'tools'), model('deepseek-coder', 'completion')], 'deepseek-coder'],
  [
    [model('a-coder'), model('b-coder', 'completion', 'tools'), model('c-coder', 'completion', 'tools')],
    'b-coder',
  ],
  [[model('old'), model('older')], 'old'],
])('of %j it is %s', (models, chosen) => {
  expect(chooseModel(models)).toBe(chosen);
});
