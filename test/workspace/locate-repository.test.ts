import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { locateRepository } from '../../src/workspace/locate-repository.ts';
import { makeRepository, type TestRepository } from '../support/git-repository.ts';

let user: TestRepository;

beforeEach(async () => {
  user = await makeRepository({ remote: 'none' });
});
afterEach(() => user.remove());

describe('locateRepository', () => {
  it('finds the repository from a folder inside it', async () => {
    await mkdir(join(user.root, 'deep/er'), { recursive: true });
    const gitDir = join(user.root, '.git');
    const place = { workTree: user.root, gitDir, commonDir: gitDir };
    expect(await locateRepository(join(user.root, 'deep/er'))).toEqual(place);
  });

  it('finds the common directory of a linked worktree', async () => {
    const linked = join(user.home, 'linked');
    await user.git('worktree', 'add', '-q', linked);
    const commonDir = join(user.root, '.git');
    const gitDir = join(commonDir, 'worktrees/linked');
    expect(await locateRepository(linked)).toEqual({ workTree: linked, gitDir, commonDir });
  });

  it('passes by what only looks like one, and says where it looked', async () => {
    const empty = join(user.home, 'empty');
    await mkdir(join(empty, '.git'), { recursive: true });
    await mkdir(join(user.home, 'file'));
    await writeFile(join(user.home, 'file/.git'), 'nonsense');
    for (const path of [empty, join(user.home, 'file')]) {
      await expect(locateRepository(path)).rejects.toMatchObject({
        code: 'NO_REPOSITORY',
        message: expect.stringContaining(path),
      });
    }
  });
});
