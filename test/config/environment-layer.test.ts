import { describe, expect, it } from '@jest/globals';
import { readEnvironmentLayer, readOllamaHostLayer, variableOf } from '../../src/config/environment-layer.ts';
import type { Environment } from '../../src/config/environment.ts';
import type { Tree } from '../../src/config/tree.ts';

function read(env: Environment, files: Tree = {}) {
  return readEnvironmentLayer(env, files);
}

describe('readEnvironmentLayer', () => {
  it.each([
    ['OLLAMA__DEFAULT_MODEL', 'ollama/x:1', { ollama: { defaultModel: 'ollama/x:1' } }],
    ['OLLAMA__DEFAULT_MODEL', '123', { ollama: { defaultModel: '123' } }],
    ['ollama__defaultmodel', 'x', { ollama: { defaultModel: 'x' } }],
    ['GIT__CREATE_PR', 'false', { git: { createPR: false } }],
    ['SERVER__PORT', '0', { server: { port: 0 } }],
    ['SERVER__PORT', 'high', { server: { port: 'high' } }],
    ['SERVER', '{"port": 5}', { server: { port: 5 } }],
    ['OLLAMA__HOSTS', 'a:1, b:2,', { ollama: { hosts: ['a:1', 'b:2'] } }],
    ['OLLAMA__HOSTS', '["a:1"]', { ollama: { hosts: ['a:1'] } }],
    ['OLLAMA__HOSTS', '7', { ollama: { hosts: ['7'] } }],
    ['WORKTREE__SETUP', '[["npm","ci"]]', { worktree: { setup: [['npm', 'ci']] } }],
    ['OLLAMA__KEEP_ALIVE', '-1', { ollama: { keepAlive: -1 } }],
    ['OLLAMA__KEEP_ALIVE', '1h', { ollama: { keepAlive: '1h' } }],
    ['CHECKS__UNIT__RUN', 'npm,test', { checks: { unit: { run: ['npm', 'test'] } } }],
    ['MODELS', '{"ollama/x": {"temperature": 0}}', { models: { 'ollama/x': { temperature: 0 } } }],
    ['WEBHOOK__PORT', '4000', { webhook: { port: 4000 } }],
    ['FOLDERS__DOING', 'doing', { folders: { doing: 'doing' } }],
    ['MCP__MAX_ENTRIES', '5', { mcp: { max_entries: 5 } }],
  ])('TICKETMILL_%s=%s', (name, value, values) => {
    const { layer, warnings } = read({ [`TICKETMILL_${name}`]: value });
    expect(layer.values).toEqual(values);
    expect(warnings).toEqual([]);
  });

  it('finds entries by the names that the files give them', () => {
    const files = { checks: { 'unit-tests': {} }, models: { 'ollama/qwen3:8b': {} } };
    const env = {
      TICKETMILL_CHECKS__UNIT_TESTS__TIMEOUT: '5',
      TICKETMILL_MODELS__OLLAMA_QWEN3_8B__TEMPERATURE: '1',
    };
    expect(read(env, files).layer.values).toEqual({
      checks: { 'unit-tests': { timeout: 5 } },
      models: { 'ollama/qwen3:8b': { temperature: 1 } },
    });
  });

  it('lets a single key refine a group that is given as JSON, whatever their order', () => {
    const group = { TICKETMILL_SERVER: '{"port": 1, "host": "::1"}' };
    const key = { TICKETMILL_SERVER__PORT: '2' };
    expect(read({ ...group, ...key }).layer.values).toEqual({ server: { port: 2, host: '::1' } });
    expect(read({ ...key, ...group }).layer.values).toEqual({ server: { port: 2, host: '::1' } });
  });

  it.each([
    ['TICKETMILL_OLLAMA_DEFAULT_MODEL', '; did you mean TICKETMILL_OLLAMA__DEFAULT_MODEL?'],
    ['TICKETMILL_SERVER__PROT', '; did you mean TICKETMILL_SERVER__PORT?'],
    ['TICKETMILL_SERVER__PORT__X', '; did you mean TICKETMILL_SERVER__PORT?'],
    ['TICKETMILL_SOMETHING_QUITE_DIFFERENT', ''],
  ])('warns of %s', (name, hint) => {
    const { layer, warnings } = read({ [name]: '1' });
    expect(layer.values).toEqual({});
    expect(warnings).toEqual([`The variable ${name} sets no known key${hint === '' ? '.' : hint}`]);
  });

  it('leaves alone what is no setting, is empty, or belongs to others', () => {
    const env = {
      TICKETMILL_API_TOKEN: 'x',
      TICKETMILL_TEST_DATA: '/x',
      TICKETMILL_SERVER__PORT: ' ',
      TICKETMILL_SERVER__HOST: undefined,
      OLLAMA__TIMEOUT: '1',
    };
    expect(read(env)).toMatchObject({ layer: { values: {} }, warnings: [] });
  });

  it('knows which variable gave a value', () => {
    const { layer } = read({ TICKETMILL_SERVER: '{"port": 1}', TICKETMILL_OLLAMA__HOSTS: 'a,b' });
    expect(layer.place(['server', 'port'])).toBe('TICKETMILL_SERVER');
    expect(layer.place(['ollama', 'hosts', 1])).toBe('TICKETMILL_OLLAMA__HOSTS');
    expect(layer.place(['git'])).toBe('the environment');
  });
});

describe('readOllamaHostLayer', () => {
  it('gives the hosts, when OLLAMA_HOST is set', () => {
    const layer = readOllamaHostLayer({ OLLAMA_HOST: ' box ' });
    expect(layer.values).toEqual({ ollama: { hosts: ['box'] } });
    expect(layer.place(['ollama', 'hosts'])).toBe('OLLAMA_HOST');
    expect(readOllamaHostLayer({ OLLAMA_HOST: '' }).values).toEqual({});
    expect(readOllamaHostLayer({}).values).toEqual({});
  });
});

describe('variableOf', () => {
  it.each([
    [['ollama', 'defaultModel'], 'TICKETMILL_OLLAMA__DEFAULT_MODEL'],
    [['git', 'createPR'], 'TICKETMILL_GIT__CREATE_PR'],
    [['budget', 'perTicket', 'usd'], 'TICKETMILL_BUDGET__PER_TICKET__USD'],
  ])('%j is set by %s', (path, variable) => {
    expect(variableOf(path)).toBe(variable);
  });
});
