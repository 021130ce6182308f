import { describe, expect, it } from '@jest/globals';
import ignore from 'ignore';
import { configSchema } from '../../src/config/schema.ts';
import { pathText } from '../../src/config/tree.ts';

describe('the defaults', () => {
  const config = configSchema.parse({});

  it('are those of the documentation', () => {
    expect(config).toMatchObject({
      ollama: {
        hosts: ['http://127.0.0.1:11434'],
        availableModels: [],
        timeout: 1_800_000,
        firstTokenTimeout: 900_000,
        stallTimeout: 120_000,
        retryAttempts: 3,
        retryDelay: 5000,
        maxRetryDelay: 300_000,
        contextLength: 32_768,
        parallel: 'auto',
        keepAlive: '30m',
        warmUp: true,
      },
      models: {},
      folders: {
        todo: 'backlog/todo',
        processing: 'backlog/processing',
        review: 'backlog/review',
        done: 'backlog/done',
        failed: 'backlog/failed',
      },
      processing: { concurrency: 1, watchDebounce: 2000, minutesPerTicket: 60, bot: '@ticketmill' },
      agent: { protocol: 'auto' },
      worktree: { dependencies: 'auto', setup: [], copy: [], keepFailed: true },
      codeReview: {
        enabled: true,
        strictness: 'medium',
        blockOnCritical: true,
        onBlock: 'fix',
        checkFor: ['security', 'bugs', 'performance', 'style'],
        maxRounds: 2,
      },
      guard: { maxDiffLines: 2000 },
      sandbox: { mode: 'auto', network: false, allowedHosts: [] },
      git: {
        remote: 'origin',
        branchNameFormat: 'ticket/{id}',
        commitMessageFormat: 'feat({id}): {title}',
        createPR: true,
        draft: false,
        pushRetries: 3,
        pushRetryDelay: 2000,
      },
      forge: { kind: 'auto' },
      budget: { perTicket: {}, alertAt: 0.8 },
      retry: { maxRetries: 3, minAgeMinutes: 5, maxAgeDays: 30, auto: false },
      server: { enabled: true, host: '127.0.0.1', port: 3001, allowedHosts: [] },
      logging: {
        level: 'info',
        directory: 'logs',
        maxSize: '10m',
        maxFiles: 10,
        compress: true,
        includeTimestamp: true,
        format: 'json',
      },
    });
  });

  it('protect what acts by itself before anybody reads it, and every lock file', () => {
    const protects = ignore().add(config.guard.protectedPaths);
    const acting =
      '.github/workflows/ci.yml .gitattributes sub/.gitmodules .gitlab-ci.yml Jenkinsfile .husky/pre-commit';
    const trusted =
      '.vscode/tasks.json .devcontainer/devcontainer.json .idea/a.xml .envrc .env tests/conftest.py';
    const agents =
      'AGENTS.md sub/CLAUDE.md GEMINI.md .claude/settings.json .cursor/rules/a.mdc .cursorrules .mcp.json';
    const packages = '.npmrc .yarnrc.yml .yarn/releases/yarn.cjs .pnp.cjs bunfig.toml .ticketmill/state.db';
    const locks = 'package-lock.json sub/yarn.lock Cargo.lock src/packages.lock.json gradle.lockfile';
    for (const path of [acting, trusted, agents, packages, locks].join(' ').split(' ')) {
      expect({ path, refused: protects.ignores(path) }).toEqual({ path, refused: true });
    }
    for (const path of [
      'package.json',
      'src/env.ts',
      'docs/agents.txt',
      'vscode/a.ts',
      'src/git/a.ts',
      '.prettierrc',
    ]) {
      expect({ path, refused: protects.ignores(path) }).toEqual({ path, refused: false });
    }
  });

  it('leave open what is found by itself', () => {
    expect(config.checks).toBeUndefined();
    expect(config.ollama.defaultModel).toBeUndefined();
    expect(config.codeReview.model).toBeUndefined();
    expect(config.agent.maxSteps).toBeUndefined();
    expect(config.git.baseBranch).toBeUndefined();
    expect(config.logging.colorize).toBeUndefined();
  });
});

const accepted: [unknown, unknown][] = [
  [
    { ollama: { hosts: ['0.0.0.0', 'https://box/'] } },
    { ollama: { hosts: ['http://127.0.0.1:11434', 'https://box'] } },
  ],
  [{ ollama: { availableModels: ['a', 'b'] } }, { ollama: { defaultModel: 'a' } }],
  [{ ollama: { defaultModel: 'c', availableModels: ['a'] } }, { ollama: { defaultModel: 'c' } }],
  [{ ollama: { keepAlive: -1 } }, { ollama: { keepAlive: '-1s' } }],
  [{ ollama: { keepAlive: '1h30m' } }, { ollama: { keepAlive: '1h30m' } }],
  [{ models: { 'ollama/x': {} } }, { models: { 'ollama/x': { tools: 'auto' } } }],
  [{ models: { x: { tools: false, temperature: 0 } } }, { models: { x: { tools: false, temperature: 0 } } }],
  [{ processing: { pool: {} } }, { processing: { pool: { min: 1, max: 10 } } }],
  [{ checks: {} }, { checks: {} }],
  [{ checks: { t: { run: ['make'] } } }, { checks: { t: { run: ['make'], timeout: 600_000 } } }],
  [{ checks: { t: { run: ['echo', ''] } } }, { checks: { t: { run: ['echo', ''] } } }],
  [
    { worktree: { copy: ['data/seed.db', '.environment'] } },
    { worktree: { copy: ['data/seed.db', '.environment'] } },
  ],
  [{ git: { branchNameFormat: 'task-{id}' } }, { git: { branchNameFormat: 'task-{id}' } }],
  [{ git: { author: 'Mill <mill@localhost>' } }, { git: { author: 'Mill <mill@localhost>' } }],
  [{ taskIdFormat: { extractRegex: '(?<id>t)' } }, { taskIdFormat: { extractRegex: '(?<id>t)' } }],
  [{ processing: { concurrency: 10, minutesPerTicket: 0.5 } }, { processing: { concurrency: 10 } }],
  [{ server: { port: 0 } }, { server: { port: 0 } }],
  [{ budget: { perTicket: { usd: 0, attempts: 3 } } }, { budget: { perTicket: { usd: 0, attempts: 3 } } }],
];

const refused: [string, unknown, RegExp][] = [
  ['ollama.hosts', { ollama: { hosts: [] } }, /at least one/],
  ['ollama.hosts[0]', { ollama: { hosts: ['ftp://x'] } }, /an http\(s\) address/],
  ['ollama.timeout', { ollama: { timeout: '5m' } }, /milliseconds from 1000/],
  ['ollama.timeout', { ollama: { timeout: 30 } }, /milliseconds from 1000/],
  ['ollama.retryDelay', { ollama: { retryDelay: 1.5 } }, /a whole number/],
  ['ollama.retryDelay', { ollama: { retryDelay: 1e12 } }, /to 604800000/],
  ['ollama.contextLength', { ollama: { contextLength: 10 } }, /tokens from 1024/],
  ['ollama.defaultModel', { ollama: { defaultModel: '' } }, /a model id/],
  ['ollama.keepAlive', { ollama: { keepAlive: 'long' } }, /a duration/],
  ['ollama.keepAlive', { ollama: { keepAlive: true } }, /a duration/],
  ['models.x.tools', { models: { x: { tools: 'yes' } } }, /true, false or "auto"/],
  ['models.x.temperature', { models: { x: { temperature: 3 } } }, /a number from 0 to 2/],
  ['models.x', { models: { x: 5 } }, /an object/],
  ['folders.todo', { folders: { todo: '' } }, /a path/],
  ['folders.todo', { folders: { todo: 'a\0b' } }, /a path/],
  ['taskIdFormat.pattern', { taskIdFormat: { pattern: 'task' } }, /\{id\}/],
  ['taskIdFormat.extractRegex', { taskIdFormat: { extractRegex: 'task-\\d+' } }, /one group/],
  ['taskIdFormat.extractRegex', { taskIdFormat: { extractRegex: '(' } }, /one group/],
  ['processing.concurrency', { processing: { concurrency: 0 } }, /from 1 to 10/],
  ['processing.concurrency', { processing: { concurrency: 11 } }, /from 1 to 10/],
  ['processing.pool', { processing: { pool: { min: 4, max: 3 } } }, /a `max` that is not less than `min`/],
  ['agent.protocol', { agent: { protocol: 'json' } }, /one of auto, tools, blocks/],
  ['checks', { checks: [] }, /an object/],
  ['checks.t.run', { checks: { t: {} } }, /a list/],
  [
    'checks.t.run',
    { checks: { t: { run: 'npm test' } } },
    /a list of texts, program first, such as \["npm", "test"\]/,
  ],
  ['checks.t.run', { checks: { t: { run: [''] } } }, /program first/],
  ['checks.t.run[1]', { checks: { t: { run: ['a', 5] } } }, /a text/],
  ['worktree.setup[0]', { worktree: { setup: ['npm ci'] } }, /a list/],
  ...['.env', 'config/.env.local', '../x', '/etc/x', '~/x', 'C:\\x', 'a\\..\\b'].map(
    (path): [string, unknown, RegExp] => [
      'worktree.copy[0]',
      { worktree: { copy: [path] } },
      /no \.env file/,
    ],
  ),
  ['codeReview.onBlock', { codeReview: { onBlock: 'block' } }, /one of fix, comment, hold/],
  ['codeReview.checkFor[0]', { codeReview: { checkFor: ['speed'] } }, /one of security/],
  ['codeReview.blockOnCritical', { codeReview: { blockOnCritical: 1 } }, /true or false/],
  ['guard.maxDiffLines', { guard: { maxDiffLines: 0 } }, /from 1/],
  ['sandbox.mode', { sandbox: { mode: 'none' } }, /one of auto, required, off/],
  ['sandbox.allowedHosts[0]', { sandbox: { allowedHosts: ['https://a.org'] } }, /a host such as/],
  ['git.remote', { git: { remote: '--upload-pack=x' } }, /a git remote/],
  ['git.baseBranch', { git: { baseBranch: '-x' } }, /a branch name/],
  ['git.branchNameFormat', { git: { branchNameFormat: '{title}-{id}' } }, /only placeholder/],
  ['git.branchNameFormat', { git: { branchNameFormat: '../{id}' } }, /only placeholder/],
  ['git.author', { git: { author: 'somebody' } }, /a name and address/],
  ['forge.kind', { forge: { kind: 'gitlab' } }, /GitLab and Bitbucket are not supported/],
  ['server.port', { server: { port: 65_536 } }, /from 0 to 65535/],
  ['server.host', { server: { host: 'http://x' } }, /a host name/],
  ['logging.maxSize', { logging: { maxSize: '10 MB' } }, /a size/],
  ['logging.level', { logging: { level: null } }, /one of error/],
  ['budget.perTicket.usd', { budget: { perTicket: { usd: -1 } } }, /US dollars from 0/],
  ['git', { git: 'x' }, /an object/],
];

describe('the rules', () => {
  it.each(accepted)('accept %j', (written, expected) => {
    expect(configSchema.parse(written)).toMatchObject(expected as object);
  });

  it.each(refused)('refuse %s in %j', (path, written, expected) => {
    const { issues } = configSchema.safeParse(written).error ?? { issues: [] };
    expect(
      issues.map((issue) => pathText(issue.path.map((key) => (typeof key === 'number' ? key : String(key))))),
    ).toContain(path);
    expect(issues[0]?.message).toMatch(expected);
  });

  it('say what is expected in our own words, never in those of the library', () => {
    for (const [, written] of refused) {
      for (const issue of configSchema.safeParse(written).error?.issues ?? []) {
        expect(issue.message).not.toMatch(/^(Invalid|Too (big|small)|Unrecognized)/);
      }
    }
  });
});
