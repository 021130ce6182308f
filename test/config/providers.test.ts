import { describe, expect, it } from '@jest/globals';
import { keyOf, listProviders } from '../../src/config/providers.ts';
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
