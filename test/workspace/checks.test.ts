import { afterEach, describe, expect, it } from '@jest/globals';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckCommand } from '../../src/domain/change.ts';
import { createChecks } from '../../src/workspace/checks.ts';
import { createSandbox } from '../../src/workspace/sandbox.ts';
import { createWorkspaces } from '../../src/workspace/worktree.ts';
import { makeRepository, type FileContent, type TestRepository } from '../support/git-repository.ts';
import { openTestRepository } from '../support/open-test-repository.ts';

const never = new AbortController().signal;
const path = process.env['PATH'] ?? '/usr/bin:/bin';
const made: TestRepository[] = [];

afterEach(async () => {
  await Promise.all(made.splice(0).map((repository) => repository.remove()));
});

/** A worktree whose check is `sh check.sh`, which notes each of its runs in `runs`. */
async function setUp(files: Record<string, FileContent>) {
  const user = await makeRepository({ files });
  made.push(user);
  const repository = await openTestRepository(user);
  const sandbox = await createSandbox({ mode: 'off', path, userHome: user.home, warn: () => undefined });
  const directory = join(user.home, 'worktrees');
  const rest = { network: false, dependencies: 'none' as const, copy: [], setup: [] };
  const workspaces = createWorkspaces({
    repository,
    sandbox,
    directory,
    path,
    ...rest,
    setupTimeoutMs: 1,
    maxOutput: 50_000,
  });
  const { openAt } = workspaces;
  const options = {
    openAt,
    directory: join(user.home, 'baselines'),
    contents: repository.own,
    path,
    timeout: 20_000,
  };
  const workspace = await openAt('abc', await repository.base(null, never), never);
  const run = async (commands: CheckCommand[] | null, checks = createChecks(options)) => {
    const { tree } = await workspace.capture(never);
    const report = await checks.run(workspace, tree, commands, never);
    expect(report.tree).toBe(tree);
    return report.results;
  };
  const runs = () =>
    readFile(join(user.home, 'runs'), 'utf8').then(
      (text) => text.trim().split('\n').length,
      () => 0,
    );
  const write = (text: string) => writeFile(join(workspace.directory, 'check.sh'), text);
  return { user, run, runs, write, workspace };
}

const command = (argv: string[]): CheckCommand => ({ name: 'test', run: argv, timeout: 20_000 });

describe('checks', () => {
  it('says passed without asking the base, and broken after asking it', async () => {
    const { run, write, user } = await setUp({ 'check.sh': 'exit 0\n' });
    const check = [command(['sh', 'check.sh'])];
    expect(await run(check)).toMatchObject([
      { outcome: 'passed', exitCode: 0, baseExitCode: null, output: '' },
    ]);
    await expect(readdir(join(user.home, 'baselines'))).rejects.toThrow();
    await write('echo "check.sh:1: it broke"; exit 7\n');
    expect(await run(check)).toMatchObject([
      { name: 'test', outcome: 'broken', exitCode: 7, baseExitCode: 0, output: 'check.sh:1: it broke' },
    ]);
    expect(await user.git('worktree', 'list')).not.toContain('baseline');
  });

  it('says still-red, then mended, and measures a base once, over restarts too', async () => {
    const { run, runs, write, user } = await setUp({ 'check.sh': 'echo x >> ../../../runs\nexit 3\n' });
    const check = [command(['sh', 'check.sh'])];
    expect(await run(check)).toMatchObject([{ outcome: 'still-red', exitCode: 3, baseExitCode: 3 }]);
    expect(await runs()).toBe(2);
    expect(await run(check)).toMatchObject([{ outcome: 'still-red' }]);
    expect(await runs()).toBe(3);
    await write('exit 0\n');
    expect(await run(check)).toMatchObject([{ outcome: 'mended', exitCode: 0, baseExitCode: 3, output: '' }]);
    expect(await readdir(join(user.home, 'baselines'))).toHaveLength(1);
  });

  it('says when a check did not end in time', async () => {
    const { run, write } = await setUp({ 'check.sh': 'exit 0\n' });
    await write('echo begun; sleep 300\n');
    const [result] = await run([{ name: 'slow', run: ['sh', 'check.sh'], timeout: 700 }]);
    expect(result).toMatchObject({ outcome: 'broken', exitCode: null, baseExitCode: 0 });
    expect(result?.output).toBe('begun\n[stopped: it did not end within 700 ms]');
  });

  it('finds a project’s own checks in the base, whatever the change did to them', async () => {
    const manifest = { scripts: { test: 'node --test', lint: 'echo "no test specified" && exit 1' } };
    const files = {
      'package.json': JSON.stringify(manifest),
      'a.test.js': "require('node:test')('a', () => {})\n",
    };
    const { run, workspace } = await setUp(files);
    expect(await run(null)).toMatchObject([{ name: 'test', outcome: 'passed' }]);
    await writeFile(
      join(workspace.directory, 'a.test.js'),
      "require('node:test')('a', () => { throw Error('no') })\n",
    );
    await writeFile(join(workspace.directory, 'package.json'), '{"scripts":{}}');
    expect(await run(null)).toMatchObject([{ name: 'test', outcome: 'broken' }]);
  });
});
