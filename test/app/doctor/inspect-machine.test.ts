import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { inspectNode, judgeGit } from '../../../src/app/doctor/inspect-machine.ts';
import {
  inspectDisk,
  inspectFolders,
  inspectWatching,
  judgeDisk,
} from '../../../src/app/doctor/inspect-system.ts';
import { resolvePaths } from '../../../src/config/paths.ts';
import { loadWritten } from '../../support/config-root.ts';
import { temporaryDirectories } from '../../support/directory.ts';

const version = (text: string) => /(\d+)\.(\d+)[\d.]*/.exec(text);

describe('what the machine is judged by', () => {
  const directory = temporaryDirectories();
  const pathsIn = (root: string) => resolvePaths(loadWritten(root, {}).config, root, { HOME: root });

  it.each([
    ['24.0.0', 'ok'],
    ['25.1.0', 'ok'],
    ['20.20.2', 'fail'],
  ])('node %s: %s', (node, state) => {
    expect(inspectNode(node)).toMatchObject({ state });
  });

  it.each([
    ['git version 2.39.5', 'ok'],
    ['git version 2.38.0 (Apple Git-1)', 'ok'],
    ['git version 3.0', 'ok'],
    ['git version 2.37.9', 'fail'],
    ['command not found', 'fail'],
  ])('%s: %s', (git, state) => {
    expect(judgeGit(version(git))).toMatchObject({ state });
  });

  it.each([
    [10, 'ok'],
    [1, 'warn'],
    [0.1, 'fail'],
  ])('%d GiB free: %s', (gibibytes, state) => {
    expect(judgeDisk('/x', gibibytes * 1024 ** 3)).toMatchObject({
      state,
      detail: expect.stringContaining('/x') as unknown,
    });
  });

  it('looks at the disks of the root and of the worktrees, and tells of one that holds both once', async () => {
    const root = directory();
    expect(await inspectDisk({ ...pathsIn(root), worktrees: directory() })).toMatchObject([
      { name: 'disk', detail: expect.stringContaining(root) as unknown },
    ]);
  });

  it('counts a folder that is not there yet as writable when its parent is', async () => {
    expect(await inspectFolders(pathsIn(directory()))).toMatchObject([{ state: 'ok' }]);
  });

  // Root may write everywhere, so the folder is one that nobody can write to: a file.
  it('names each folder that cannot be written', async () => {
    const root = directory();
    mkdirSync(join(root, 'backlog'));
    writeFileSync(join(root, 'backlog/done'), '');
    chmodSync(join(root, 'backlog/done'), 0o600);
    const found = await inspectFolders(pathsIn(root));
    expect(found).toMatchObject([
      { state: 'fail', detail: `${join(root, 'backlog/done')} cannot be written` },
    ]);
  });

  it('warns of limits that are too low, and says nothing where there are none', async () => {
    const limits = directory();
    expect(await inspectWatching(limits)).toEqual([]);
    writeFileSync(join(limits, 'max_user_watches'), '100\n');
    writeFileSync(join(limits, 'max_user_instances'), '128\n');
    expect(await inspectWatching(limits)).toMatchObject([
      { state: 'warn', detail: 'max_user_watches is 100, expected 8192' },
      { state: 'ok', detail: 'max_user_instances is 128' },
    ]);
  });
});
