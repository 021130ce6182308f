import { mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { listFolder } from '../../src/backlog/list-folder.ts';
import { temporaryDirectories } from '../support/directory.ts';

const fresh = temporaryDirectories();

describe('listFolder', () => {
  it.each([
    ['alone', []],
    ['beside a directory', ['drafts']],
    ['beside a directory that is called like one', ['c.md']],
  ])('lists what can be a ticket, %s', async (_how, directories) => {
    const directory = fresh();
    writeFileSync(join(directory, 'b.md'), '');
    writeFileSync(join(directory, 'a.md'), '');
    writeFileSync(join(directory, 'notes.txt'), '');
    symlinkSync('a.md', join(directory, 'link.md'));
    for (const name of directories) mkdirSync(join(directory, name));
    expect(await listFolder(directory)).toEqual(['a.md', 'b.md', 'link.md']);
  });

  it('makes a folder that is gone again', async () => {
    const directory = join(fresh(), 'todo');
    expect(await listFolder(directory)).toEqual([]);
    expect(statSync(directory).isDirectory()).toBe(true);
  });

  it('says what else is wrong', async () => {
    const file = join(fresh(), 'todo');
    writeFileSync(file, '');
    await expect(listFolder(file)).rejects.toThrow('ENOTDIR');
    rmSync(file);
  });
});
