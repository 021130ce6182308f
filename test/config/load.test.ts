import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ConfigError } from '../../src/config/config-error.ts';
import { loadConfig } from '../../src/config/load.ts';
import { configSchema } from '../../src/config/schema.ts';
import { faultsOf, loadWritten, refusalOf, writeFiles } from '../support/config-root.ts';
import { temporaryDirectories } from '../support/directory.ts';

const directory = temporaryDirectories();
const env = { HOME: '/home/somebody' };

describe('loadConfig', () => {
  it('needs no file', () => {
    const root = directory();
    const { config, ...rest } = loadConfig({ cwd: root, env });
    expect(config).toEqual(configSchema.parse({}));
    expect(rest).toEqual({ root, file: null, origins: {}, warnings: [], notices: [], secrets: {} });
  });

  it('lays defaults, OLLAMA_HOST, the file, the file of NODE_ENV and the environment over each other', () => {
    const root = directory();
    writeFiles(root, {
      'config.json': {
        server: { port: 2, host: '::1' },
        logging: { level: 'warn' },
        ollama: { timeout: 2000 },
      },
      'config.production.json': { server: { port: 3 }, logging: { level: 'error' } },
    });
    const variables = { NODE_ENV: 'production', OLLAMA_HOST: 'box', TICKETMILL_SERVER__PORT: '4' };
    const { config, origins } = loadConfig({ cwd: root, env: { ...env, ...variables } });
    expect(config.server).toMatchObject({ port: 4, host: '::1', enabled: true });
    expect(config.logging).toMatchObject({ level: 'error', maxFiles: 10 });
    expect(config.ollama).toMatchObject({ hosts: ['http://box:11434'], timeout: 2000 });
    expect(origins).toEqual({
      'ollama.hosts': 'OLLAMA_HOST',
      'ollama.timeout': 'config.json:10:16',
      'server.host': 'config.json:4:13',
      'server.port': 'TICKETMILL_SERVER__PORT',
      'logging.level': 'config.production.json:6:14',
    });
  });

  it('prefers hosts in the file to OLLAMA_HOST', () => {
    const { config } = loadWritten(directory(), { ollama: { hosts: ['a'] } }, { OLLAMA_HOST: 'b' });
    expect(config.ollama.hosts).toEqual(['http://a:11434']);
  });

  it('finds the root and the file', () => {
    const outer = directory();
    const root = join(outer, 'project');
    writeFiles(outer, { 'project/config.json': '{}', 'project/other.json': '{}', 'project/deep/.keep': '' });
    const load = (options: { root?: string; configFile?: string }) => {
      const { root: found, file } = loadConfig({ cwd: outer, env, ...options });
      return [found, file];
    };
    expect(load({})).toEqual([outer, null]);
    expect(load({ root: 'project' })).toEqual([root, join(root, 'config.json')]);
    expect(load({ configFile: 'project/other.json' })).toEqual([root, join(root, 'other.json')]);
    expect(load({ root: '.', configFile: 'project/other.json' })).toEqual([outer, join(root, 'other.json')]);
    expect(loadConfig({ cwd: join(root, 'deep'), env }).file).toBeNull();
  });

  it('refuses a root or a file that is asked for and does not exist', () => {
    const root = directory();
    writeFiles(root, { file: '' });
    for (const missing of ['nowhere', 'file']) {
      expect(faultsOf(() => loadConfig({ cwd: root, env, root: missing }))).toEqual([
        expect.objectContaining({
          path: 'root',
          found: join(root, missing),
          expected: 'a folder that exists',
        }),
      ]);
    }
    expect(faultsOf(() => loadConfig({ cwd: root, env, configFile: 'no.json' }))[0]?.found).toBe(
      'no such file',
    );
  });

  it('tells every fault at once, whichever layer and rule it is from', () => {
    const config = { server: { port: 'x' }, folders: { todo: 'same', done: 'same' }, gti: {} };
    const error = refusalOf(() =>
      loadWritten(directory(), config, { TICKETMILL_LOGGING__MAX_FILES: 'many' }),
    );
    expect(error.faults.map(({ path, place }) => [path, place])).toEqual([
      ['server.port', 'config.json:3:13'],
      ['logging.maxFiles', 'TICKETMILL_LOGGING__MAX_FILES'],
      ['folders.done', 'config.json:7:13'],
    ]);
    expect(error.warnings).toEqual([expect.stringContaining('did you mean `git`?')]);
  });

  it('freezes the config down to its leaves', () => {
    const { config, secrets } = loadWritten(directory(), { checks: { t: { run: ['x'] } } });
    expect(
      [config, config.server, config.server.allowedHosts, config.checks?.['t']?.run, secrets].every(
        Object.isFrozen,
      ),
    ).toBe(true);
  });

  it('collects warnings and notices of all kinds', () => {
    const { warnings, notices, secrets } = loadWritten(
      directory(),
      {
        $schema: 'x',
        colour: 1,
        folders: { doing: 'a', processing: 'b' },
        mcp: { servers: {} },
        webhook: { rateLimit: 5 },
        forge: { kind: 'gitea' },
      },
      { TICKETMILL_COLOUR: '1', NODE_ENV: '?', GITEA_TOKEN: 'token' },
    );
    expect(
      warnings.map((warning) => /NODE_ENV|TICKETMILL_COLOUR|folders\.doing|`colour`/.exec(warning)?.[0]),
    ).toEqual(['NODE_ENV', 'TICKETMILL_COLOUR', 'folders.doing', '`colour`']);
    expect(notices.map((notice) => notice.split('`')[1])).toEqual(['mcp', 'webhook.rateLimit']);
    expect(secrets).toEqual({ GITEA_TOKEN: 'token' });
  });
});

describe('a config of the earlier ticket-processor', () => {
  const earlier = {
    ollama: {
      defaultModel: 'ollama/codellama',
      availableModels: ['ollama/codellama', 'ollama/mistral'],
      timeout: 120_000,
      retryAttempts: 2,
      retryDelay: 1000,
    },
    processing: { concurrency: 2, watchDebounce: 750, moveDelay: 100 },
    folders: {
      todo: 'b/todo',
      doing: 'b/doing',
      failed: 'b/failed',
      review: 'b/review',
      completed: 'b/ok',
      repos: 'r',
    },
    webhook: { enabled: true, port: 4567, path: '/hook', autoMergePR: false },
    git: {
      branchNameFormat: 'task-{id}',
      commitMessageFormat: 'fix({id}): {title}',
      createPR: false,
      prTitle: '{title}',
    },
    logging: { level: 'debug', includeTimestamp: false, colorize: true },
    taskIdFormat: { pattern: 'issue-{id}', extractRegex: 'issue-(\\d+)' },
    codeReview: { enabled: true, model: 'ollama/mistral', strictness: 'high' },
  };

  it('loads unchanged, each key with the meaning it had', () => {
    const { config, warnings, notices } = loadWritten(directory(), earlier);
    expect(config).toMatchObject({
      ollama: { ...earlier.ollama },
      processing: { concurrency: 2, watchDebounce: 750 },
      folders: {
        todo: 'b/todo',
        processing: 'b/doing',
        failed: 'b/failed',
        review: 'b/review',
        done: 'b/ok',
      },
      server: { port: 4567 },
      git: earlier.git,
      logging: earlier.logging,
      taskIdFormat: earlier.taskIdFormat,
      codeReview: earlier.codeReview,
    });
    expect(warnings).toEqual([]);
    expect(notices.map((notice) => notice.split('`')[1])).toEqual(['folders.repos', 'processing.moveDelay']);
  });

  it('keeps the port of the server where it is given', () => {
    const { config } = loadWritten(directory(), { ...earlier, server: { port: 80 } });
    expect(config.server.port).toBe(80);
  });

  it('names its own keys in faults', () => {
    const folders = { ...earlier.folders, completed: 5 };
    expect(faultsOf(() => loadWritten(directory(), { ...earlier, folders }))[0]?.path).toBe(
      'folders.completed',
    );
    expect(faultsOf(() => loadWritten(directory(), { webhook: { port: 'x' } }))[0]?.path).toBe(
      'webhook.port',
    );
  });
});

const data = process.env['TICKETMILL_TEST_DATA'];

(data ? describe : describe.skip)(
  'the sample of the earlier ticket-processor (needs TICKETMILL_TEST_DATA)',
  () => {
    it('loads unchanged', () => {
      const text = readFileSync(join(data ?? '', 'earlier-config.json'), 'utf8');
      const { config, warnings } = loadWritten(directory(), text);
      const written = JSON.parse(text) as Record<string, Record<string, unknown>>;
      expect(warnings).toEqual([]);
      expect(config).toMatchObject({
        ollama: written['ollama'],
        git: written['git'],
        logging: written['logging'],
        taskIdFormat: written['taskIdFormat'],
        server: { port: written['webhook']?.['port'] },
        folders: { processing: written['folders']?.['doing'], done: written['folders']?.['completed'] },
      });
    });
  },
);

describe('the config.json of this repository', () => {
  it('is valid, without a warning or a notice', () => {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const { file, warnings, notices } = loadConfig({
      cwd: directory(),
      env,
      root,
      configFile: join(root, 'config.json'),
    });
    expect(file).toBe(join(root, 'config.json'));
    expect(notices).toEqual([]);
    // A .env of the developer's own may be open to others.
    expect(warnings.filter((warning) => !warning.includes('.env'))).toEqual([]);
  });
});

describe('whatever is written', () => {
  const keys = fc.constantFrom(
    ...Object.keys(configSchema.shape),
    'webhook',
    '__proto__',
    'constructor',
    '$schema',
    'x',
  );
  const inner = fc.constantFrom(
    'hosts',
    'todo',
    'doing',
    'completed',
    'port',
    'run',
    'perTicket',
    'a b',
    '',
    '__proto__',
    'toString',
  );
  const anything = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(keys, fc.oneof(fc.jsonValue(), fc.dictionary(inner, fc.jsonValue()))),
    fc.dictionary(keys, fc.dictionary(inner, fc.dictionary(inner, fc.jsonValue()))),
  );

  it('as JSON in the file is a config, or a ConfigError', () => {
    const root = directory();
    fc.assert(
      fc.property(anything, (value) => {
        isConfigOrRefusal(() => loadWritten(root, JSON.stringify(value)));
      }),
      { numRuns: 150 },
    );
  });

  it('as text in the file is a config, or a ConfigError', () => {
    const root = directory();
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from('{}[]",:/*\n'), 'ollama', 'git', '1') }),
        (text) => {
          isConfigOrRefusal(() => loadWritten(root, text));
        },
      ),
    );
  });

  it('in variables is a config, or a ConfigError', () => {
    const root = directory();
    const segment = fc.constantFrom(
      'OLLAMA',
      'HOSTS',
      'CHECKS',
      'MODELS',
      'X',
      'RUN',
      'SERVER',
      'PORT',
      '',
      '__PROTO__',
    );
    const name = fc.array(segment, { maxLength: 4 }).map((segments) => `TICKETMILL_${segments.join('__')}`);
    const value = fc.oneof(fc.string(), fc.json());
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 4 }), (variables) => {
        isConfigOrRefusal(() => loadWritten(root, {}, variables));
      }),
    );
  });
});

function isConfigOrRefusal(load: () => { config: unknown }): void {
  try {
    expect(load().config).toHaveProperty('ollama.hosts');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.faults.length).toBeGreaterThan(0);
  }
}
