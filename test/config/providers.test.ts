import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { modelEnvironment } from '../../src/config/model-environment.ts';
import { keyOf, listFiles, listProviders, providerNames } from '../../src/config/providers.ts';
import { printConfig } from '../../src/config/print.ts';
import { faultsOf, loadWritten } from '../support/config-root.ts';
import { temporaryDirectories } from '../support/directory.ts';

const directory = temporaryDirectories();
const madeUp = ['made', 'up', 'key'].join('-');

describe('providers', () => {
  it('are those everybody knows, each with the variables its key may be in', () => {
    const known = listProviders({ providers: {} });
    expect(known.map(({ name, kind, keyVariables }) => [name, kind, keyVariables[0]])).toEqual([
      ['openai', 'openai', 'OPENAI_API_KEY'],
      ['anthropic', 'anthropic', 'ANTHROPIC_API_KEY'],
      ['google', 'google', 'GEMINI_API_KEY'],
      ['openrouter', 'compatible', 'OPENROUTER_API_KEY'],
      ['huggingface', 'compatible', 'HF_TOKEN'],
    ]);
    for (const { url } of known) expect(url).toMatch(/^https:\/\/.*[^/]$/);
  });

  it('may be others, and known ones elsewhere', () => {
    const providers = {
      box: { baseUrl: 'http://127.0.0.1:8000/v1/' },
      shared: { baseUrl: 'https://shared.example/v1', apiKeyEnv: 'SHARED_KEY' },
      openai: { baseUrl: 'https://gateway.example/openai', apiKeyEnv: 'GATEWAY_KEY' },
    };
    const { config } = loadWritten(directory(), { providers });
    expect(listProviders(config)).toMatchObject([
      {
        name: 'openai',
        kind: 'openai',
        url: 'https://gateway.example/openai',
        keyVariables: ['GATEWAY_KEY'],
      },
      { name: 'anthropic' },
      { name: 'google' },
      { name: 'openrouter' },
      { name: 'huggingface' },
      { name: 'box', kind: 'compatible', url: 'http://127.0.0.1:8000/v1', keyVariables: [] },
      { name: 'shared', kind: 'compatible', url: 'https://shared.example/v1', keyVariables: ['SHARED_KEY'] },
    ]);
  });

  it('have their keys from the environment or .env alone, and no print shows them', () => {
    const env = { GOOGLE_API_KEY: madeUp, SHARED_KEY: `${madeUp}-2`, OTHER_KEY: 'no secret of ours' };
    const providers = { shared: { baseUrl: 'https://shared.example/v1', apiKeyEnv: 'SHARED_KEY' } };
    const loaded = loadWritten(directory(), { providers }, env);
    const keys = listProviders(loaded.config).map((provider) => [
      provider.name,
      keyOf(provider, loaded.secrets),
    ]);
    expect(Object.fromEntries(keys)).toEqual({
      openai: null,
      anthropic: null,
      google: madeUp,
      openrouter: null,
      huggingface: null,
      shared: `${madeUp}-2`,
    });
    expect(Object.keys(loaded.secrets).sort()).toEqual(['GOOGLE_API_KEY', 'SHARED_KEY']);
    const printed = printConfig(loaded, 'text') + printConfig(loaded, 'json');
    expect(printed).not.toContain(madeUp);
    expect(printed).toContain('SHARED_KEY is set');
  });

  it('may be files of this machine, each a model', () => {
    const files = { coder: 'models/coder.gguf', big: '~/big.gguf' };
    const providers = { here: { files, module: '/opt/node-llama-cpp', parallel: 2 } };
    const root = directory();
    const { config } = loadWritten(root, { providers });
    const shared = { library: '/opt/node-llama-cpp', parallel: 2 };
    expect(listFiles(config, root, { HOME: '/home/me' })).toEqual([
      { id: 'here/coder', file: join(root, 'models/coder.gguf'), ...shared },
      { id: 'here/big', file: '/home/me/big.gguf', ...shared },
    ]);
    expect(providerNames(config)).toContain('here');
    expect(listProviders(config).map(({ name }) => name)).not.toContain('here');
    const few = listFiles({ providers: { here: { files: { a: 'a.gguf' } } } }, root, {});
    expect(few).toEqual([{ id: 'here/a', file: join(root, 'a.gguf'), library: null, parallel: 1 }]);
  });

  it.each([
    [
      'a file and a server',
      { here: { files: { a: 'a.gguf' }, baseUrl: 'http://x' } },
      'providers.here.files',
    ],
    ['a file and a key', { here: { files: { a: 'a.gguf' }, apiKeyEnv: 'KEY' } }, 'providers.here.files'],
    ['a file of a server', { openai: { files: { a: 'a.gguf' } } }, 'providers.openai.files'],
    ['a folder without files', { box: { baseUrl: 'http://x', module: '/opt/x' } }, 'providers.box.module'],
    ['a number without files', { box: { baseUrl: 'http://x', parallel: 2 } }, 'providers.box.parallel'],
  ])('%s are not one provider', (_what, providers, path) => {
    expect(faultsOf(() => loadWritten(directory(), { providers }))).toEqual([
      expect.objectContaining({ path }),
    ]);
  });

  it('of files hand no secret to what runs them', () => {
    const env = {
      PATH: '/bin',
      CUDA_VISIBLE_DEVICES: '0',
      SOME_TOKEN: madeUp,
      NODE_OPTIONS: '--inspect',
      HOME: '/h',
    };
    expect(modelEnvironment(env)).toEqual({ PATH: '/bin', CUDA_VISIBLE_DEVICES: '0', HOME: '/h' });
  });

  it('that nobody knows need an address', () => {
    expect(faultsOf(() => loadWritten(directory(), { providers: { box: {} } }))).toEqual([
      expect.objectContaining({
        path: 'providers.box.baseUrl',
        expected: 'the address of a server that speaks as OpenAI does, such as http://127.0.0.1:8000/v1',
      }),
    ]);
    expect(loadWritten(directory(), { providers: { openai: {} } }).warnings).toEqual([]);
  });

  it.each([
    ['ollama', 'http://x'],
    ['Box', 'http://x'],
    ['box', 'http://name:word@x'],
    ['box', 'ftp://x'],
  ])('are refused: %s at %s', (name, baseUrl) => {
    expect(faultsOf(() => loadWritten(directory(), { providers: { [name]: { baseUrl } } }))).toHaveLength(1);
  });

  it('warn of a key that would travel unencrypted', () => {
    const env = { BOX_KEY: madeUp };
    const warningsAt = (baseUrl: string): readonly string[] =>
      loadWritten(directory(), { providers: { box: { baseUrl, apiKeyEnv: 'BOX_KEY' } } }, env).warnings;
    expect(warningsAt('http://box.example/v1')).toEqual([expect.stringContaining('use https')]);
    expect(warningsAt('http://127.0.0.1:8000/v1')).toEqual([]);
  });
});
