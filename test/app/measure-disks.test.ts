import { expect, it } from '@jest/globals';
import { join } from 'node:path';
import { measureDisks } from '../../src/app/measure-disks.ts';
import { temporaryDirectories } from '../support/directory.ts';

const newDirectory = temporaryDirectories();

it('disks are measured where our places are, and left out where none is yet', async () => {
  const directory = newDirectory();
  const disks = await measureDisks({
    backlogRoot: directory,
    state: directory,
    worktrees: join(directory, 'later'),
  });
  expect(Object.keys(disks)).toEqual(['backlog', 'state']);
  const { free, size } = disks['state'] ?? { free: 0, size: 0 };
  expect(free).toBeGreaterThan(0);
  expect(size).toBeGreaterThanOrEqual(free);
});
