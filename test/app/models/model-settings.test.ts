import { expect, it } from '@jest/globals';
import { costOf, priceOf } from '../../../src/app/models/model-settings.ts';
import { loadWritten } from '../../support/config-root.ts';
import { temporaryDirectories } from '../../support/directory.ts';

const directory = temporaryDirectories();

it('costs what the config says, else what is known; what runs on this machine costs nothing', () => {
  const providers = {
    here: { files: { coder: 'coder.gguf' } },
    box: { baseUrl: 'http://127.0.0.1:8000/v1' },
  };
  const models = { 'ollama/dear': { price: { input: 1, output: 2 } } };
  const { config } = loadWritten(directory(), { providers, models });
  const free = { input: 0, output: 0 };
  expect(priceOf(config, 'here/coder')).toEqual(free);
  expect(priceOf(config, 'ollama/coder:7b')).toEqual(free);
  expect(priceOf(config, 'ollama/dear')).toEqual({ input: 1, output: 2 });
  expect(priceOf(config, 'box/coder')).toBeNull();
  expect(priceOf(config, 'constructor/coder')).toBeNull();
  expect(costOf(config, 'ollama/dear', { input: 500_000, output: 250_000 })).toBe(1);
});
