import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ignore from 'ignore';
import { configSchema } from '../../src/config/schema.ts';
import { createGuard } from '../../src/guard/inspect-change.ts';
import type { Refusal } from '../../src/ports.ts';
import { captured, type Edit } from '../support/captured.ts';
import { isHarmless, openHistory } from '../support/history.ts';
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

const ignored = ignore({ ignorecase: true, allowRelativePaths: true }).add(settings.protectedPaths);

type Seen = {
  looked: number;
  /** Of any kind of commit, but for what is policy. */
  refused: string[];
  harmless: number;
  /** Of harmless commits, whatever the reason. */
  wronged: string[];
};

/** The newest commits of a repository, at the config's own defaults. */
async function lookThrough(gitDir: string, most: number): Promise<Seen> {
  const history = openHistory(gitDir);
  const guard = createGuard({ ...settings, knownSecrets, contents: history.contents });
  const takenBack = await history.takenBack();
  const seen: Seen = { looked: 0, refused: [], harmless: 0, wronged: [] };
  const look = async (sha: string) => {
    // A mirror may be without its largest files.
    const change = await history.change(sha).catch(() => null);
    if (change === null || change.files.length === 0) return;
    const { refusals } = await guard.inspect(change);
    const tell = ({ code, path, line }: Refusal) => `${sha.slice(0, 12)} ${code} ${path}:${line}`;
    seen.looked += 1;
    seen.refused.push(...refusals.filter(({ code }) => !policy.includes(code)).map(tell));
    if (takenBack.has(sha) || !isHarmless(change, (path) => ignored.ignores(path))) return;
    seen.harmless += 1;
    seen.wronged.push(...refusals.map(tell));
  };
  const commits = (await history.commits(most)).values();
  await Promise.all([1, 2, 3, 4].map(() => eachOf(commits, look)));
  return seen;
}

async function eachOf<T>(items: Iterable<T>, act: (item: T) => Promise<void>): Promise<void> {
  for (const item of items) await act(item);
}

function commitsIn(refused: readonly string[]): number {
  return new Set(refused.map((line) => line.split(' ')[0])).size;
}

const own = fileURLToPath(new URL('../../.git', import.meta.url));

(existsSync(own) ? describe : describe.skip)('the history of this project (needs its .git)', () => {
  it('is refused in less than one commit of twenty, never for a secret, and hardly where it is harmless', async () => {
    const { looked, refused, harmless, wronged } = await lookThrough(own, 200);
    expect(looked).toBeGreaterThan(0);
    const secrets = refused.filter((line) => line.includes('GUARD_SECRET'));
    // Those of tests are made up.
    expect(secrets.filter((line) => !line.includes(' test/'))).toEqual([]);
    expect(commitsIn(refused)).toBeLessThanOrEqual(Math.max(1, looked / 20));
    // Tests of edits hold marks of edits, which look like those that a merge leaves behind.
    expect(commitsIn(wronged)).toBeLessThanOrEqual(Math.max(1, harmless / 50));
  }, 120_000);
});

const histories = process.env['TICKETMILL_TEST_HISTORIES'];

/** Harmless by the criterion, and refused for what is really wrong with them. */
const faulty = new Map([['7df89066d9e1', 'it left two lines of a merge conflict in a CHANGELOG.md']]);

(histories === undefined ? describe.skip : describe)(
  'histories of other projects (needs TICKETMILL_TEST_HISTORIES, a folder of bare repositories)',
  () => {
    it('are refused in less than one commit of fifty, and never where they are harmless', async () => {
      const seen: Seen[] = [];
      for (const name of readdirSync(histories ?? ''))
        seen.push(await lookThrough(join(histories ?? '', name), 100));
      const sum = (count: (each: Seen) => number) => seen.reduce((total, each) => total + count(each), 0);
      const wronged = seen.flatMap((each) => each.wronged);
      expect(wronged.filter((line) => !faulty.has(line.slice(0, 12)))).toEqual([]);
      expect(sum(({ harmless }) => harmless)).toBeGreaterThanOrEqual(100);
      expect(sum(({ refused }) => commitsIn(refused)) / sum(({ looked }) => looked)).toBeLessThan(0.02);
    }, 1_200_000);
  },
);
