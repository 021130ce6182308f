import { describe, expect, it } from '@jest/globals';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { listFiles } from '../../src/files/list-files.ts';
import { inDirectory } from '../agent/edit-bench.ts';

describe('listFiles', () => {
  it('lists files, not links, and stays out of .git, as a folder or a file, and of node_modules', async () => {
    const files = {
      'b.txt': '',
      'a/c.txt': '',
      '.git/config': '',
      'sub/.git': 'gitdir: elsewhere',
      'a/node_modules/x.js': '',
      '.github/ci.yml': '',
    };
    await inDirectory(files, async (directory) => {
      await symlink('b.txt', join(directory, 'link'));
      await symlink('/', join(directory, 'root'));
      expect(await listFiles(directory)).toEqual(['.github/ci.yml', 'a/c.txt', 'b.txt']);
      expect(await listFiles(directory, 1)).toHaveLength(1);
    });
  });

  it('is empty where there is no directory', async () => {
    expect(await listFiles('/does/not/exist')).toEqual([]);
  });
});
