import { describe, expect, it } from '@jest/globals';
import { createGuard, type GuardOptions } from '../../src/guard/inspect-change.ts';
import { join, known } from '../support/attack.ts';
import { captured, type Edit } from '../support/captured.ts';
import { contentsOf } from '../support/inspected.ts';

const options: GuardOptions = {
  secrets: true,
  knownSecrets: [known],
  protectedPaths: ['.github/**'],
  maxDiffLines: 100,
  weakenedTests: 'block',
  contents: contentsOf(),
};
const guard = createGuard(options);
const inspect = async (...edits: Edit[]) => (await guard.inspect(captured(...edits))).refusals;
const added = (path: string, after: string) => ({ path, before: null, after });
const manifest: Edit = {
  path: 'package.json',
  before: '{"dependencies":{}}\n',
  after: '{"dependencies":{"zod":"^4.0.0"}}\n',
};

describe('the guard', () => {
  it('has nothing against an ordinary change', async () => {
    expect(await inspect({ path: 'src/a.ts', before: 'a\nb\n', after: 'a\nc\n' })).toEqual([]);
  });

  it('has nothing against no change; that is for others to judge', async () => {
    expect(await inspect()).toEqual([]);
  });

  it('says everything at once, each with its own code', async () => {
    const change = captured(
      added('link', 'x\n'),
      added('.github/x.yml', 'x\n'),
      added('big', 'x\n'.repeat(200)),
      added('key', ['AKIA', 'Q7RT2YP6LM4XV3KD'].join('')),
      added('merge', '<<<<<<< HEAD\n'),
      { path: 'lazy.ts', before: 'a\nb\nc\n', after: '// ... rest of code unchanged ...\n' },
    );
    const files = change.files.map((file) => (file.path === 'link' ? { ...file, newMode: '120000' } : file));
    const { refusals } = await guard.inspect({ ...change, files });
    expect(refusals.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'GUARD_SECRET key',
      'GUARD_UNSAFE_ENTRY link',
      'GUARD_PROTECTED_PATH .github/x.yml',
      'GUARD_TOO_LARGE big',
      'GUARD_CONFLICT_MARKERS merge',
      'GUARD_PLACEHOLDER lazy.ts',
    ]);
  });

  it('says of each kind only what can be read', async () => {
    const lines = '<<<<<<< HEAD\n'.repeat(90);
    expect(await inspect(added('merge', lines))).toHaveLength(20);
  });

  it('tells of twenty new dependencies, which is what can be read', async () => {
    const names = Array.from({ length: 21 }, (_, at): [string, string] => [`quite-own-thing-${at}`, '1.0.0']);
    const many = { ...manifest, after: `${JSON.stringify({ dependencies: Object.fromEntries(names) })}\n` };
    const lenient = createGuard({ ...options, contents: contentsOf([many]) });
    expect((await lenient.inspect(captured(many))).remarks).toHaveLength(20);
  });

  it('knows how many files there were, whatever the change adds and deletes', async () => {
    const gone = ['a', 'b', 'c'].map((path): Edit => ({ path, before: 'x\n', after: null }));
    const edits = [...gone, added('d', 'x\n'), added('e', 'x\n')];
    const reasons = async (others: number) =>
      (
        await createGuard({ ...options, contents: contentsOf(edits, others) }).inspect(captured(...edits))
      ).refusals.map(({ reason }) => reason.split(';')[0]);
    expect(await reasons(2)).toEqual(['the change deletes 3 of 5 files']);
    expect(await reasons(3)).toEqual([]);
  });

  it('only tells of weaker tests where that is wanted, before what else it has to tell', async () => {
    const lenient = createGuard({ ...options, weakenedTests: 'warn', contents: contentsOf([manifest]) });
    const { refusals, remarks } = await lenient.inspect(
      captured(
        { path: 'test/a.test.ts', before: "it('a', () => {\n  expect(f()).toBe(1);\n});\n", after: 'x\n' },
        manifest,
        added('merge', '<<<<<<< HEAD\n'),
      ),
    );
    expect(refusals.map(({ code }) => code)).toEqual(['GUARD_CONFLICT_MARKERS']);
    expect(remarks.map(({ path }) => path)).toEqual(['test/a.test.ts', 'package.json']);
    expect(remarks[0]?.text).toContain('the tests prove less than before');
  });

  it('looks for secrets in texts too, our own and those of others, and repeats none', async () => {
    const theirs = join('ghp_', 'q7Rt2Yp9Lm4Xv8Kd1Wz6Bn3Hc5Jf0Gsq7Rt2');
    const texts = [
      { name: 'title', text: `use ${known}` },
      { name: 'body', text: `line\ntoken ${theirs}` },
      { name: 'note', text: 'nothing' },
    ];
    const found = await guard.inspectTexts(texts);
    expect(found).toEqual([
      {
        code: 'GUARD_SECRET',
        path: 'title',
        line: 0,
        reason: expect.stringContaining('of this installation'),
      },
      { code: 'GUARD_SECRET', path: 'body', line: 0, reason: expect.stringContaining('GitHub') },
    ]);
    expect(JSON.stringify(found)).not.toContain(theirs);
  });

  it('looks for none where that is switched off', async () => {
    const blind = createGuard({ ...options, secrets: false });
    expect(await blind.inspectTexts([{ name: 'title', text: known }])).toEqual([]);
    expect(await blind.inspect(captured(added('a', `${known}\n`)))).toEqual({ refusals: [], remarks: [] });
  });

  it('does not pass what it cannot read', async () => {
    const change = captured(added('a', 'x\ny\n'));
    await expect(guard.inspect({ ...change, diff: change.diff.slice(0, -4) })).rejects.toThrow(
      /cannot be read/,
    );
  });
});

describe('hostile text', () => {
  const many = (text: string) => text.repeat(Math.ceil(100_000 / text.length));
  const scripts = (test: string) => `${JSON.stringify({ scripts: { test } })}\n`;
  const resolutions = (name: string) => `${JSON.stringify({ resolutions: { [name]: 'git+ssh://x/y' } })}\n`;

  it.each([
    ['a.test.ts', `expect(a${many('\t')}b`],
    ['a.test.ts', many('expect(a).toBe(')],
    ['a.test.ts', `x${many(' assert')}\u2028x`],
    ['a.test.ts', many('expect(NotNull.assert.')],
    ['a.test.ts', `throw new ${many('Skip')}`],
    ['a.test.ts', `if 0\r${many('\t')}!\u2028!`],
    ['a.test.ts', many('catch(')],
    ['a.test.ts', `.catch(${many('\t')}x`],
    ['a.test.ts', `exit(${many('\t')}x`],
    ['a.test.ts', `"${many('\\a')}`],
    ['a.test.ts', many('\\"')],
    ['src/a.py', `os._exit(${many('\t')}x`],
    ['eslint.config.js', `"a":${many('\t')}x`],
    ['jest.config.js', `-k${many('\t')}x -m${many('\t')}x`],
    ['package.json', scripts(`jest${many(';echo a')}\n${many('\t')}x`)],
    ['package.json', resolutions(`${many('x')}/@`)],
    ['package.json', resolutions(`${many('a@')}/`)],
    ['go.mod', `\r${many('\r')}`],
    ['Gemfile', `\r${many('\r')}`],
    ['Gemfile.lock', many('    - (\r')],
    ['requirements.txt', `a ${many('\t')}a${many('\t')}\u2028a`],
    ['pyproject.toml', many('dev=[\n')],
    ['pyproject.toml', many('dev')],
    ['Cargo.toml', `[dependencies]\na =${many('\t')}\u2028`],
  ])('in %s is looked at soon (row %#)', async (path, text) => {
    const edit = { path, before: path === 'package.json' ? scripts('jest') : '\n', after: `${text}\n` };
    const patient = createGuard({ ...options, contents: contentsOf([edit]) });
    expect((await patient.inspect(captured(edit))).refusals).toBeInstanceOf(Array);
  });
});
