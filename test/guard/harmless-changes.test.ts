import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configSchema } from '../../src/config/schema.ts';
import { createGuard } from '../../src/guard/inspect-change.ts';
import { captured, type Edit } from '../support/captured.ts';
import { openHistory } from '../support/history.ts';
import { contentsOf } from '../support/inspected.ts';

const { guard: settings } = configSchema.parse({});
/** Worked out, so that it stands in no commit of this project. */
const knownSecrets = [createHash('sha256').update('known to nobody').digest('base64url').slice(0, 24)];

const edit = (path: string, before: string, after: string): Edit => ({
  path,
  before: `${before}\n`,
  after: `${after}\n`,
});
const add = (path: string, text: string): Edit => ({ path, before: null, after: `${text}\n` });
const js = "it('adds', () => {\n  expect(add(1, 2)).toBe(3);\n});";

type Case = [what: string, ...edits: Edit[]];
const harmless: Case[] = [
  ['code', edit('src/a.ts', 'const a = 1;', 'const a = 2;')],
  [
    'a new test',
    edit('test/a.test.ts', js, `${js}\n\nit('more', () => {\n  expect(add(2, 2)).toBe(4);\n});`),
  ],
  [
    'a new test that is skipped',
    edit('test/a.test.ts', js, `${js}\n\nit.skip('later', () => {\n  expect(1).toBe(x);\n});`),
  ],
  ['a stricter test', edit('test/a.test.ts', js.replace('.toBe(3)', '.toBeDefined()'), js)],
  ['a test under another name', edit('test/a.test.ts', js, js.replace('adds', 'adds two numbers'))],
  [
    'a test that moved',
    { path: 'test/a.test.ts', before: `${js}\n`, after: null },
    add('test/math/a.test.ts', js),
  ],
  [
    'a test that goes with its code',
    { path: 'src/old.ts', before: 'a\n', after: null },
    { path: 'test/old.test.ts', before: `${js}\n`, after: null },
  ],
  [
    'assertions that go with what they speak of',
    edit('src/a.ts', 'const a = 1;\nexport function oldThing() {}', 'const a = 1;'),
    edit('test/a.test.ts', `${js}\nexpect(oldThing()).toBe(1);`, js),
  ],
  [
    'a table in place of copies',
    edit(
      'test/a.test.ts',
      "it('a', () => {\n  expect(f(1)).toBe(1);\n});\nit('b', () => {\n  expect(f(2)).toBe(2);\n});",
      "it.each([\n  [1, 1],\n  [2, 2],\n])('%s', (a, b) => {\n  expect(f(a)).toBe(b);\n});",
    ),
  ],
  ['a skip that is taken away', edit('test/a.test.ts', js.replace('it(', 'it.skip('), js)],
  [
    'a helper of tests that returns',
    edit(
      'test/support/a.ts',
      'export function a(x) {\n  return x;\n}',
      'export function a(x) {\n  if (!x) return;\n  return x + 1;\n}',
    ),
  ],
  [
    'a recorded result with its code',
    edit('src/a.ts', 'a', 'b'),
    edit('test/__snapshots__/a.snap', 'exports[`a`] = `1`;', 'exports[`a`] = `2`;'),
  ],
  ['a higher bar', edit('jest.config.js', 'branches: 80,', 'branches: 90,')],
  [
    'a script',
    edit(
      'package.json',
      '{"scripts":{"test":"jest"}}',
      '{"scripts":{"test":"jest --coverage","docs":"typedoc"}}',
    ),
  ],
  [
    'a dependency everybody knows',
    edit('package.json', '{"dependencies":{}}', '{"dependencies":{"zod":"^4.0.0","@types/node":"24"}}'),
  ],
  [
    'a dependency nobody knows',
    edit('package.json', '{"dependencies":{}}', '{"dependencies":{"quite-own-thing":"^1.0.0"}}'),
  ],
  [
    'a dependency of the workspace',
    edit(
      'package.json',
      '{"dependencies":{}}',
      '{"dependencies":{"@our/lib":"workspace:*","b":"file:../b"}}',
    ),
  ],
  [
    'a newer version, with its lock file',
    edit('package.json', '{"dependencies":{"zod":"4.0.0"}}', '{"dependencies":{"zod":"4.1.0"}}'),
    edit(
      'package-lock.json',
      '"resolved": "https://registry.npmjs.org/zod/-/zod-4.0.0.tgz"',
      '"resolved": "https://registry.npmjs.org/zod/-/zod-4.1.0.tgz"',
    ),
  ],
  [
    'a token read from the environment',
    edit(
      'src/a.ts',
      'a',
      'const token = process.env.GITHUB_TOKEN;\nconst password = config.get("password");',
    ),
  ],
  [
    'a made-up secret in a test',
    add(
      'test/b.test.ts',
      'const token = "ghp_example";\nconst password = "hunter2";\nconst url = "postgres://user:pass@localhost/db";',
    ),
  ],
  ['a checksum', add('src/hashes.ts', `export const sums = ['${'0123456789abcdef'.repeat(4)}'];`)],
  ['words of other languages, and emoji', edit('docs/a.md', 'a', 'Grüße, שלום, नमस्ते, こんにちは 👩‍👩‍👧 ✅️')],
  ['an underline', add('docs/a.rst', 'Heading\n=======\n\ntext')],
  ['a deleted file', { path: 'src/old.ts', before: 'a\n', after: null }],
];

describe('a harmless change', () => {
  it.each(harmless)('is not refused: %s', async (_what, ...edits) => {
    const guard = createGuard({ ...settings, knownSecrets, contents: contentsOf(edits) });
    expect((await guard.inspect(captured(...edits))).refusals).toEqual([]);
  });
});

/** What a person may do and a model may not: these refusals are the policy, not a mistake about a change. */
const policy = [
  'GUARD_PROTECTED_PATH',
  'GUARD_TOO_LARGE',
  'GUARD_UNSAFE_ENTRY',
  'GUARD_LOCK_FILE',
  'GUARD_RUNS_LATER',
];

async function refusedCommits(gitDir: string, most: number) {
  const history = openHistory(gitDir);
  const guard = createGuard({ ...settings, maxDiffLines: 100_000, knownSecrets, contents: history.contents });
  const refused: string[] = [];
  let looked = 0;
  for (const sha of await history.commits(most)) {
    const change = await history.change(sha);
    if (change.files.length === 0) continue;
    looked += 1;
    const { refusals } = await guard.inspect(change);
    const found = refusals.filter(({ code }) => !policy.includes(code));
    for (const { code, path, line } of found) refused.push(`${sha.slice(0, 12)} ${code} ${path}:${line}`);
  }
  return { looked, refused };
}

const own = fileURLToPath(new URL('../../.git', import.meta.url));

(existsSync(own) ? describe : describe.skip)('the history of this project (needs its .git)', () => {
  it('is refused in less than one commit of twenty, and never for a secret', async () => {
    const { looked, refused } = await refusedCommits(own, 300);
    expect(looked).toBeGreaterThan(0);
    const secrets = refused.filter((line) => line.includes('GUARD_SECRET'));
    // Those of tests are made up.
    expect(secrets.filter((line) => !line.includes(' test/'))).toEqual([]);
    expect(commitsIn(refused)).toBeLessThanOrEqual(Math.max(1, looked / 20));
  }, 120_000);
});

function commitsIn(refused: readonly string[]): number {
  return new Set(refused.map((line) => line.split(' ')[0])).size;
}

const histories = process.env['TICKETMILL_TEST_HISTORIES'];

(histories === undefined ? describe.skip : describe)(
  'histories of other projects (needs TICKETMILL_TEST_HISTORIES, a folder of bare repositories)',
  () => {
    it('are refused in less than one commit of fifty', async () => {
      const found = await Promise.all(
        readdirSync(histories ?? '').map((name) => refusedCommits(join(histories ?? '', name), 200)),
      );
      const looked = found.reduce((sum, each) => sum + each.looked, 0);
      expect(looked).toBeGreaterThan(100);
      expect(found.reduce((sum, { refused }) => sum + commitsIn(refused), 0) / looked).toBeLessThan(0.02);
    }, 600_000);
  },
);
