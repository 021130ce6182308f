import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CheckCommand } from '../../src/domain/change.ts';
import { createChecks } from '../../src/workspace/checks.ts';
import { createProofs } from '../../src/workspace/fail-to-pass.ts';
import { createSandbox } from '../../src/workspace/sandbox.ts';
import { createWorkspaces } from '../../src/workspace/worktree.ts';
import { makeRepository, type TestRepository } from '../support/git-repository.ts';
import { openTestRepository } from '../support/open-test-repository.ts';

const never = new AbortController().signal;
const path = process.env['PATH'] ?? '/usr/bin:/bin';
const made: TestRepository[] = [];

afterEach(async () => {
  await Promise.all(made.splice(0).map((repository) => repository.remove()));
});

const command: CheckCommand = { name: 'test', run: ['sh', 'run-tests.sh'], timeout: 20_000 };
/** Runs every test; each compares a file of the code with what it should hold. */
const runner = 'for each in tests/*.sh; do sh "$each" || exit 1; done\n';
const testOf = (word: string): string => `grep -q ${word} greeting.txt\n`;
const base = { 'greeting.txt': 'helo\n', 'run-tests.sh': runner, 'tests/there.sh': testOf('h') };

/** What the looking came to, after a change that writes, or with null removes, these files. */
async function prove(
  changes: Record<string, string | null>,
  { files = base, commands = [command] }: { files?: Record<string, string>; commands?: CheckCommand[] } = {},
) {
  const user = await makeRepository({ files });
  made.push(user);
  const repository = await openTestRepository(user);
  const sandbox = await createSandbox({ mode: 'off', path, userHome: user.home, warn: () => undefined });
  const workspaces = createWorkspaces({
    ...{ repository, sandbox, path, network: false, dependencies: 'none', copy: [], setup: [] },
    directory: join(user.home, 'worktrees'),
    setupTimeoutMs: 1,
    maxOutput: 50_000,
  });
  const options = {
    openAt: workspaces.openAt,
    directory: join(user.home, 'baselines'),
    contents: repository.own,
    path,
    timeout: 20_000,
  };
  const workspace = await workspaces.openAt('abc', await repository.base(null, never), never);
  for (const [name, text] of Object.entries(changes)) {
    const file = join(workspace.directory, name);
    await mkdir(dirname(file), { recursive: true });
    await (text === null ? rm(file) : writeFile(file, text));
  }
  const change = await workspace.capture(never);
  const checks = await createChecks(options).run(workspace, change.tree, commands, never);
  const state = join(user.home, 'state');
  await mkdir(state, { recursive: true });
  const look = createProofs({ ...options, repository, stateDirectory: state });
  const proof = await look({ change, base: workspace.base, checks, commands }, never);
  return { proof, left: (await readdir(state)).filter((name) => name.startsWith('proof')) };
}

describe('a test that fails without the change', () => {
  it('is found when it is new', async () => {
    const { proof, left } = await prove({ 'greeting.txt': 'hello\n', 'tests/new.sh': testOf('hello') });
    expect(proof).toEqual({
      proven: true,
      path: 'tests/new.sh',
      text: 'the check test fails with the tests of this change alone, and passes with the change',
    });
    expect(left).toEqual([]);
  });

  it('is found when it is an old one that asks for more', async () => {
    const { proof } = await prove({ 'greeting.txt': 'hello\n', 'tests/there.sh': testOf('hello') });
    expect(proof).toMatchObject({ proven: true, path: 'tests/there.sh' });
  });

  it('is found when it was there and red', async () => {
    const red = { ...base, 'tests/there.sh': testOf('hello') };
    const { proof } = await prove({ 'greeting.txt': 'hello\n' }, { files: red });
    expect(proof).toMatchObject({
      proven: true,
      text: 'the check test failed before the change and passes with it',
    });
  });

  it.each<[string, Record<string, string | null>, string]>([
    ['passes either way', { 'greeting.txt': 'hello\n', 'tests/new.sh': testOf('h') }, 'pass without it too'],
    ['is not there', { 'greeting.txt': 'hello\n' }, 'brings no test'],
  ])('is not found when it %s', async (_what, changes, text) => {
    const { proof } = await prove(changes);
    expect(proof.proven).toBe(false);
    expect(proof.text).toContain(text);
  });

  it('needs a check that runs tests', async () => {
    const lint = { ...command, name: 'lint' };
    const { proof } = await prove(
      { 'tests/new.sh': testOf('hello'), 'greeting.txt': 'hello\n' },
      { commands: [lint] },
    );
    expect(proof).toMatchObject({
      proven: false,
      text: 'no check that passes runs tests, so nothing shows the bug',
    });
  });
});
