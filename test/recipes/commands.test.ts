import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecipeName } from '../../src/domain/fast-path/recipe-order.ts';
import type { CommandOrder, CommandResult } from '../../src/ports.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { cook, ended } from '../support/recipe-bench.ts';

const directory = temporaryDirectories();

describe('the formatter and the fixer', () => {
  const ask = async (recipe: RecipeName, files: Record<string, string>, result: CommandResult = ended(0)) => {
    const ran: string[] = [];
    const run = ({ argv }: CommandOrder) => {
      ran.push(argv.join(' '));
      return result;
    };
    return { ...(await cook(directory(), { files, run }, recipe, {})), ran };
  };
  const scripts = (all: Record<string, string>, more = {}) => ({
    'package.json': JSON.stringify({ scripts: all, ...more }),
  });

  it.each<[RecipeName, Record<string, string>, string]>([
    ['format', scripts({ format: 'prettier --write .' }), 'npm run format'],
    ['format', { ...scripts({ fmt: 'dprint fmt' }), 'pnpm-lock.yaml': '' }, 'pnpm run fmt'],
    ['format', { '.prettierrc.json': '{}' }, 'npx --no-install prettier --write .'],
    ['format', scripts({}, { devDependencies: { prettier: '3' } }), 'npx --no-install prettier --write .'],
    ['format', { 'Cargo.toml': '' }, 'cargo fmt'],
    ['format', { 'go.mod': '' }, 'gofmt -w .'],
    ['format', { 'pyproject.toml': '[tool.ruff]\n' }, 'ruff format .'],
    ['format', { 'pyproject.toml': '[tool.black]\n' }, 'black .'],
    ['fix-lint', { ...scripts({ 'lint:fix': 'eslint . --fix' }), 'yarn.lock': '' }, 'yarn run lint:fix'],
    ['fix-lint', { 'eslint.config.js': '' }, 'npx --no-install eslint . --fix'],
    ['fix-lint', { 'pyproject.toml': '[tool.ruff.lint]\n' }, 'ruff check --fix .'],
  ])('%s is what the project has: %j', async (recipe, files, command) => {
    const cooked = await ask(recipe, files);
    expect(cooked.ran).toEqual([command]);
    expect(cooked.summary).toBe(`Ran \`${command}\`.`);
  });

  it.each<[RecipeName, Record<string, string>, CommandResult, string]>([
    ['format', { 'package.json': '{' }, ended(0), 'no formatter that we know'],
    ['format', scripts({ format: 'prettier --check .' }), ended(0), 'no formatter that we know'],
    ['format', { 'go.mod': '', 'Cargo.toml': '' }, ended(0), 'more than one formatter'],
    ['format', { 'go.mod': '' }, ended(1, 'syntax error'), 'exited 1: syntax error'],
    ['format', { 'go.mod': '' }, ended(null), 'did not end in time'],
    ['format', { 'go.mod': '' }, { ...ended(null), timedOut: false }, 'exited by a signal'],
    ['fix-lint', {}, ended(0), 'no fixer of a linter'],
    ['fix-lint', { 'eslint.config.js': '' }, ended(2, 'no config'), 'exited 2'],
  ])('%s is declined: %j', async (recipe, files, result, reason) => {
    expect((await ask(recipe, files, result)).declined).toContain(reason);
  });

  it('may leave what only a person can mend', async () => {
    expect((await ask('fix-lint', { 'eslint.config.js': '' }, ended(1))).declined).toBeNull();
  });
});

const manifest = `{
  "name": "shop",
  "version": "1.0.0",
  "dependencies": { "tiny": "^1.0.0", "git": "git+ssh://x" },
  "devDependencies": {
    "left-pad": "~1.3.0"
  }
}
`;

describe('dependencies', () => {
  const orders: CommandOrder[] = [];
  const ask = (
    recipe: RecipeName,
    args: Record<string, string>,
    files: Record<string, string> = {},
    result = ended(0),
  ) =>
    cook(
      directory(),
      { files: { 'package.json': manifest, ...files }, run: (order) => (orders.push(order), result) },
      recipe,
      args,
    );

  it('are bumped in their range, and in their lock file by npm, which starts nothing', async () => {
    orders.length = 0;
    const cooked = await ask(
      'bump-dependency',
      { name: 'tiny', version: 'v2.1.0' },
      { 'package-lock.json': '{}' },
    );
    expect(cooked.files['package.json']).toBe(manifest.replace('^1.0.0', '^2.1.0'));
    expect(cooked.summary).toBe('tiny: ^1.0.0 -> ^2.1.0 in dependencies. package-lock.json follows.');
    expect(orders).toMatchObject([{ network: true }]);
    expect(orders[0]?.argv).toEqual(expect.arrayContaining(['--package-lock-only', '--ignore-scripts']));
    const exact = await ask('bump-dependency', { name: 'left-pad', version: '^2.0.0' });
    expect(exact.files['package.json']).toBe(manifest.replace('~1.3.0', '^2.0.0'));
    expect(orders).toHaveLength(1);
  });

  it('are removed where nobody speaks of them', async () => {
    const cooked = await ask(
      'remove-dependency',
      { name: 'left-pad' },
      { 'a.js': "import 'left-padding';\n" },
    );
    expect(JSON.parse(cooked.files['package.json'] ?? '')).toMatchObject({ devDependencies: {} });
    expect(cooked.summary).toBe('Removed left-pad ~1.3.0 from devDependencies.');
  });

  it('are added by npm', async () => {
    orders.length = 0;
    const lock = { 'package-lock.json': '{}' };
    await ask('add-dependency', { name: '@s/zod@4' }, lock);
    await ask('add-dependency', { name: 'zod', version: 'v4.1.0' }, lock);
    expect(orders.map(({ argv }) => argv.at(-1))).toEqual(['@s/zod@4', 'zod@4.1.0']);
  });

  it.each<[RecipeName, Record<string, string>, Record<string, string>, string]>([
    ['bump-dependency', { name: 'none', version: '2' }, {}, 'does not need none in exactly one place'],
    ['bump-dependency', { name: 'git', version: '2' }, {}, 'no plain version'],
    ['bump-dependency', { name: 'tiny', version: '^1.0.0' }, {}, 'wanted as "^1.0.0" already'],
    ['bump-dependency', { name: 'tiny', version: '2.0.0' }, { 'yarn.lock': '' }, 'yarn.lock is written by'],
    ['remove-dependency', { name: 'none' }, {}, 'does not need none'],
    ['remove-dependency', { name: 'tiny' }, { 'a.js': "import 'tiny';" }, 'spoken of in a.js'],
    ['remove-dependency', { name: 'git' }, {}, 'spoken of in package.json'],
    ['add-dependency', { name: 'tiny@2' }, { 'package-lock.json': '{}' }, 'needs tiny already'],
    ['add-dependency', { name: 'zod' }, {}, 'no package-lock.json'],
  ])('%s is declined: %j', async (recipe, args, files, reason) => {
    expect((await ask(recipe, args, files)).declined).toContain(reason);
  });

  it('are declined where npm fails, and where there is no manifest', async () => {
    const lock = { 'package-lock.json': '{}' };
    const failed = await ask('bump-dependency', { name: 'tiny', version: '2.0.0' }, lock, ended(1, 'E404'));
    expect(failed.declined).toContain('The lock file cannot be written: E404');
    for (const recipe of ['bump-dependency', 'remove-dependency', 'add-dependency'] as const) {
      const cooked = await cook(directory(), { files: { 'a.js': '' } }, recipe, {
        name: 'x',
        version: '1.0.0',
      });
      expect(cooked.declined).toContain('There is no package.json');
    }
  });

  it('leave their lock file to a real npm, here without any network', async () => {
    const place = directory();
    const cache = directory();
    const npm = ({ argv }: Pick<CommandOrder, 'argv'>): CommandResult => {
      const [program = '', ...args] = argv;
      execFileSync(program, [...args, '--offline', `--cache=${cache}`], { cwd: place, stdio: 'pipe' });
      return ended(0);
    };
    const files = {
      'package.json':
        '{ "name": "shop", "version": "1.0.0", "dependencies": { "wee": "file:lib", "bit": "file:lab" } }\n',
      'lib/package.json': '{ "version": "1.0.0" }\n',
      'lab/package.json': '{ "version": "1.0.0" }\n',
    };
    await cook(place, { files }, 'format', {});
    npm({ argv: ['npm', 'install', '--package-lock-only', '--ignore-scripts'] });
    expect(readFileSync(join(place, 'package-lock.json'), 'utf8')).toContain('node_modules/wee');
    const cooked = await cook(place, { files: {}, run: npm }, 'remove-dependency', { name: 'wee' });
    expect(cooked.declined).toBeNull();
    expect(cooked.files['package-lock.json']).not.toContain('wee');
    expect(cooked.files['package-lock.json']).toContain('node_modules/bit');
  }, 60_000);
});
