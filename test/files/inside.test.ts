import { describe, expect, it } from '@jest/globals';
import { chmod, mkdir, readFile, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  deleteInside,
  largestFile,
  moveInside,
  readEachInside,
  readInside,
  writeInside,
} from '../../src/files/inside.ts';
import { inDirectory } from '../agent/edit-bench.ts';

/** A root with files, and beside it an outside that must never change. */
async function withOutside(act: (root: string, outside: string) => Promise<void>): Promise<void> {
  await inDirectory(
    { 'root/a.txt': 'a\n', 'root/d/b.txt': 'b\n', 'outside/secret': 's\n' },
    async (directory) => {
      await act(join(directory, 'root'), join(directory, 'outside'));
      expect(await readdir(join(directory, 'outside'))).toEqual(['secret']);
      expect(await readFile(join(directory, 'outside/secret'), 'utf8')).toBe('s\n');
    },
  );
}

describe('files of a worktree', () => {
  it('are read, written, moved and deleted, folders made on the way', async () => {
    await withOutside(async (root) => {
      expect(await readInside(root, 'a.txt')).toMatchObject({ kind: 'text', text: 'a\n' });
      expect(await writeInside(root, 'x/y/z.txt', { text: 'z\n' })).toBeUndefined();
      expect(await moveInside(root, 'x/y/z.txt', 'n/z.txt')).toBeUndefined();
      expect(await readFile(join(root, 'n/z.txt'), 'utf8')).toBe('z\n');
      expect(await deleteInside(root, 'n/z.txt')).toBeUndefined();
      expect(await readInside(root, 'n/z.txt')).toEqual({ kind: 'absent' });
      expect(await readInside(root, 'no/such/folder')).toEqual({ kind: 'absent' });
    });
  });

  it('are read many in a row as each would be by itself, until the signal fires', async () => {
    await withOutside(async (root, outside) => {
      await symlink(join(outside, 'secret'), join(root, 'link'));
      const paths = ['a.txt', 'link', 'd/b.txt', 'no/such', 'd'];
      const stop = new AbortController();
      const seen: unknown[] = [];
      for await (const each of readEachInside(root, paths, stop.signal)) seen.push(each);
      const alone = paths.map(async (path) => ({ path, read: await readInside(root, path) }));
      expect(seen).toEqual(await Promise.all(alone));
      stop.abort(new Error('enough'));
      await expect(readEachInside(root, paths, stop.signal).next()).rejects.toThrow('enough');
    });
  });

  it('keep their mode, and no temporary file stays behind', async () => {
    await withOutside(async (root) => {
      await chmod(join(root, 'a.txt'), 0o755);
      const read = await readInside(root, 'a.txt');
      await writeInside(root, 'a.txt', { text: 'b\n', ...(read.kind === 'text' && { mode: read.mode }) });
      expect((await stat(join(root, 'a.txt'))).mode & 0o777).toBe(0o755);
      expect((await readdir(root)).sort()).toEqual(['a.txt', 'd']);
    });
  });

  it('are refused when they are links', async () => {
    await withOutside(async (root, outside) => {
      await symlink(join(outside, 'secret'), join(root, 'file'));
      await symlink(outside, join(root, 'folder'));
      await symlink('.', join(root, 'loop'));
      for (const path of ['file', 'folder/secret', 'folder/new', 'loop/a.txt']) {
        expect(await readInside(root, path)).toMatchObject({
          kind: 'refused',
          reason: expect.stringContaining('symbolic link'),
        });
      }
      expect(await writeInside(root, 'folder/new', { text: 'x' })).toContain('symbolic link');
      expect(await deleteInside(root, 'folder/secret')).toContain('symbolic link');
      expect(await deleteInside(root, 'file')).toContain('symbolic link');
      expect(await moveInside(root, 'a.txt', 'folder/new')).toContain('symbolic link');
      expect(await moveInside(root, 'a.txt', 'file')).toContain('symbolic link');
    });
  });

  it('replace a link rather than write through it', async () => {
    await withOutside(async (root, outside) => {
      await symlink(join(outside, 'secret'), join(root, 'file'));
      await writeInside(root, 'file', { text: 'x\n' });
      expect(await readFile(join(root, 'file'), 'utf8')).toBe('x\n');
    });
  });

  it('are refused when they are no text files of bearable size', async () => {
    const files = { binary: 'a\0b', latin: '', large: 'x'.repeat(largestFile + 1), 'dir/x': '' };
    await inDirectory(files, async (root) => {
      await rm(join(root, 'latin'));
      await writeInside(root, 'latin', { text: '' });
      await writeFile(join(root, 'latin'), Buffer.from([0x61, 0xff, 0x62]));
      for (const path of ['binary', 'latin', 'large', 'dir']) {
        expect(await readInside(root, path)).toMatchObject({ kind: 'refused' });
      }
      expect(await writeInside(root, 'new', { text: 'x'.repeat(largestFile + 1) })).toContain('bytes');
      expect(await writeInside(root, 'dir', { text: 'x' })).toContain('folder');
      expect(await writeInside(root, 'binary/x', { text: 'x' })).toContain('a part of its path is a file');
      expect(await deleteInside(root, 'dir')).toContain('directory');
      expect(await deleteInside(root, 'none')).toContain('no such file');
      expect(await moveInside(root, 'none', 'other')).toContain('no such');
      expect(await writeInside(root, 'n'.repeat(300), { text: '' })).toContain('too long');
    });
  });

  it('stay inside while folders are swapped for links', async () => {
    await withOutside(async (root, outside) => {
      await symlink(outside, join(root, 'link'));
      let isOver = false;
      const [folder, aside, link] = ['d', 'aside', 'link'].map((name) => join(root, name)) as [
        string,
        string,
        string,
      ];
      // While the folder is aside, a write may make it anew, and go on writing while that one is removed.
      const place = async (from: string): Promise<void> => {
        while (
          !(await rename(from, folder).then(
            () => true,
            () => false,
          ))
        )
          await rm(folder, { recursive: true, force: true }).catch(() => undefined);
      };
      const swap = async (): Promise<void> => {
        while (!isOver) {
          await rename(folder, aside);
          await place(link);
          await rename(folder, link);
          await place(aside);
        }
      };
      const swapping = swap();
      for (let round = 0; round < 300; round += 1) {
        await writeInside(root, 'd/planted', { text: 'x' });
        const read = await readInside(root, 'd/secret');
        expect(read.kind).not.toBe('text');
      }
      isOver = true;
      await swapping;
    });
  });

  it('throw what no model can mend', async () => {
    await expect(readInside('/does/not/exist/\0', 'a')).rejects.toThrow();
  });

  it('report an absent root as absent', async () => {
    expect(await readInside('/does/not/exist', 'a')).toEqual({ kind: 'absent' });
    await inDirectory({}, async (directory) => {
      await mkdir(join(directory, 'x'));
      expect(await writeInside(join(directory, 'none'), 'a', { text: '' })).toContain('no such folder');
    });
  });
});
