import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addTickets } from '../../../src/app/tools.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { resolvePaths } from '../../../src/config/paths.ts';
import { manualClock } from '../../support/clock.ts';
import { makeRepository } from '../../support/git-repository.ts';
import type { TestRepository } from '../../support/git-repository.ts';

const project = 'project_name: "Sample"\nstatuses: ["To Do", "In Progress", "Done"]\n';
let user: TestRepository;
let told: string[];

beforeEach(async () => {
  told = [];
  user = await makeRepository({
    files: { 'backlog/config.yml': `${project}auto_commit: true\n`, 'README.md': '# Sample\n' },
    remote: 'none',
  });
});
afterEach(() => user.remove());

/** As `ticketmill add` does it. */
async function add(...titles: string[]): Promise<string[]> {
  const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: user.home };
  const { config } = loadConfig({ cwd: user.root, env });
  const paths = resolvePaths(config, user.root, env);
  const drafts = titles.map((title) => ({ title }));
  const around = { env, clock: manualClock(), warn: (message: string) => void told.push(message) };
  return (await addTickets(drafts, { config, paths }, around)).map(({ id }) => id);
}

const lastCommits = async (count: number): Promise<string[]> =>
  (await user.git('log', `-${count}`, '--name-only', '--format=%an: %s'))
    .split('\n')
    .filter((line) => line !== '');

describe('a project that commits its tasks', () => {
  it('gets one commit a task with that file alone, whatever else is changed or staged', async () => {
    await user.write({ 'README.md': '# Changed\n', 'staged.txt': 'mine\n' });
    await user.git('add', 'staged.txt');
    expect(await add('Greet', 'Part')).toEqual(['TASK-1', 'TASK-2']);
    expect(await lastCommits(2)).toEqual([
      'ticketmill: Create task TASK-2',
      'backlog/tasks/task-2 - Part.md',
      'ticketmill: Create task TASK-1',
      'backlog/tasks/task-1 - Greet.md',
    ]);
    expect(await user.git('status', '--porcelain')).toBe(' M README.md\nA  staged.txt');
    expect(told).toEqual([]);
  });

  it('has no program started by it, and no key asked for', async () => {
    const planted = join(user.home, 'planted');
    const plant = `touch ${planted}; cat`;
    await user.git('config', 'filter.plant.clean', plant);
    await user.git('config', 'filter.plant.required', 'true');
    await user.git('config', 'core.fsmonitor', plant);
    await user.git('config', 'commit.gpgSign', 'true');
    await user.write({ '.gitattributes': '*.md filter=plant\n' });
    const hooks = ['pre-commit', 'prepare-commit-msg', 'commit-msg', 'post-commit'];
    for (const hook of hooks)
      await user.write({ [`.git/hooks/${hook}`]: { executable: `#!/bin/sh\n${plant}\nexit 1\n` } });
    await add('Greet');
    expect(await lastCommits(1)).toEqual([
      'ticketmill: Create task TASK-1',
      'backlog/tasks/task-1 - Greet.md',
    ]);
    expect(existsSync(planted)).toBe(false);
  });

  it('keeps a task that cannot be committed, and says why', async () => {
    await user.git('checkout', '-q', '-b', 'other');
    await user.commit({ 'README.md': '# Other\n' });
    await user.git('checkout', '-q', 'main');
    await user.commit({ 'README.md': '# Main\n' });
    await user.git('merge', '-q', 'other').catch(() => undefined);
    const before = await user.git('rev-parse', 'HEAD');
    expect(await add('Greet')).toEqual(['TASK-1']);
    expect(readdirSync(join(user.root, 'backlog/tasks'))).toEqual(['task-1 - Greet.md']);
    expect(await user.git('rev-parse', 'HEAD')).toBe(before);
    expect(told).toEqual([
      expect.stringMatching(/task-1 - Greet\.md is written, but could not be committed: .*merge/),
    ]);
  });

  it('commits nothing unless it says so', async () => {
    writeFileSync(join(user.root, 'backlog/config.yml'), project);
    const before = await user.git('rev-parse', 'HEAD');
    await add('Greet');
    expect(await user.git('rev-parse', 'HEAD')).toBe(before);
  });
});

describe('the id of a new task', () => {
  it('comes after all that any branch ever had, or another worktree has', async () => {
    await user.git('checkout', '-q', '-b', 'other');
    await user.commit({ 'backlog/tasks/task-7 - Seven.md': 'x', 'docs/task-50 - None.md': 'x' });
    await user.git('rm', '-q', 'backlog/tasks/task-7 - Seven.md');
    await user.git('commit', '-q', '-m', 'Gone');
    await user.git('checkout', '-q', 'main');
    expect(await add('Eight')).toEqual(['TASK-8']);
    const linked = join(user.home, 'linked');
    await user.git('worktree', 'add', '-q', linked);
    mkdirSync(join(linked, 'backlog/completed'), { recursive: true });
    writeFileSync(join(linked, 'backlog/completed/task-11 - Eleven.md'), 'x');
    expect(await add('Twelve')).toEqual(['TASK-12']);
  });
});
