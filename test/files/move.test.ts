import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { move } from '../../src/files/move.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { disturbedAfterLooks, failNth, faultyDisk } from '../support/faulty-disk.ts';

const fresh = temporaryDirectories();

function twoFolders(): { from: string; to: string } {
  const root = fresh();
  mkdirSync(join(root, 'todo'));
  mkdirSync(join(root, 'processing'));
  return { from: join(root, 'todo', 'a.md'), to: join(root, 'processing', 'a.md') };
}

/** What lies where, by content. */
function places({ from, to }: { from: string; to: string }): (string | null)[] {
  return [from, to].map((path) => (existsSync(path) ? readFileSync(path, 'utf8') : null));
}

const noLinks = ['EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'ENOSPC', 'EDQUOT'];

describe('move', () => {
  it('moves the very file', async () => {
    const paths = twoFolders();
    writeFileSync(paths.from, 'text');
    const { ino } = statSync(paths.from);
    expect(await move(paths.from, paths.to)).toBe('moved');
    expect(places(paths)).toEqual([null, 'text']);
    expect(statSync(paths.to).ino).toBe(ino);
  });

  it('never overwrites another file', async () => {
    const paths = twoFolders();
    writeFileSync(paths.from, 'ours');
    writeFileSync(paths.to, 'theirs');
    expect(await move(paths.from, paths.to)).toBe('occupied');
    expect(places(paths)).toEqual(['ours', 'theirs']);
  });

  it('does not take equal content for the same file', async () => {
    const paths = twoFolders();
    writeFileSync(paths.from, 'same');
    writeFileSync(paths.to, 'same');
    expect(await move(paths.from, paths.to)).toBe('occupied');
  });

  it('finishes a move that stopped between link and unlink', async () => {
    const paths = twoFolders();
    writeFileSync(paths.from, 'text');
    linkSync(paths.from, paths.to);
    expect(await move(paths.from, paths.to)).toBe('moved');
    expect(places(paths)).toEqual([null, 'text']);
  });

  it.each([false, true])('says that the file is gone (destination taken: %s)', async (taken) => {
    const paths = twoFolders();
    if (taken) writeFileSync(paths.to, 'theirs');
    expect(await move(paths.from, paths.to)).toBe('gone');
    expect(places(paths)).toEqual([null, taken ? 'theirs' : null]);
  });

  it('throws when the destination folder is missing, and leaves the file', async () => {
    const paths = twoFolders();
    writeFileSync(paths.from, 'text');
    rmSync(join(paths.to, '..'), { recursive: true });
    await expect(move(paths.from, paths.to)).rejects.toThrow('ENOENT');
    expect(places(paths)).toEqual(['text', null]);
  });

  it.each(noLinks)('renames where a link is not possible (%s)', async (code) => {
    const paths = twoFolders();
    writeFileSync(paths.from, 'text');
    const disk = faultyDisk((call) => (call === 'link' ? code : null));
    expect(await move(paths.from, paths.to, disk)).toBe('moved');
    expect(places(paths)).toEqual([null, 'text']);
  });

  it.each(noLinks)('does not overwrite by that rename either (%s)', async (code) => {
    const paths = twoFolders();
    writeFileSync(paths.from, 'ours');
    writeFileSync(paths.to, 'theirs');
    const disk = faultyDisk((call) => (call === 'link' ? code : null));
    expect(await move(paths.from, paths.to, disk)).toBe('occupied');
    expect(places(paths)).toEqual(['ours', 'theirs']);
  });

  it('says gone when the file vanishes before that rename', async () => {
    const paths = twoFolders();
    expect(
      await move(
        paths.from,
        paths.to,
        faultyDisk((call) => (call === 'link' ? 'EPERM' : null)),
      ),
    ).toBe('gone');
  });

  it('moves no directory', async () => {
    const paths = twoFolders();
    mkdirSync(paths.from);
    await expect(move(paths.from, paths.to)).rejects.toThrow('EPERM');
    expect(existsSync(paths.to)).toBe(false);
  });

  it('leaves what a person saved under the old name while the file was moved', async () => {
    const paths = twoFolders();
    writeFileSync(paths.from, 'first');
    const disk = faultyDisk((call, path) => {
      if (call === 'sync' && path.endsWith('processing')) {
        writeFileSync(`${paths.from}.new`, 'saved again');
        renameSync(`${paths.from}.new`, paths.from);
      }
      return null;
    });
    expect(await move(paths.from, paths.to, disk)).toBe('moved');
    expect(places(paths)).toEqual(['saved again', 'first']);
  });

  it.each([
    ['with links', null],
    ['without links', 'EPERM'],
  ])('gives nobody a turn between a look and what depends on it (%s)', async (_how, linkFault) => {
    const paths = twoFolders();
    writeFileSync(paths.from, 'first');
    // An editor that saves by another name, into whichever place the file has just then.
    const disk = disturbedAfterLooks(() => {
      const place = existsSync(paths.from) ? paths.from : paths.to;
      writeFileSync(`${place}.new`, 'saved again');
      renameSync(`${place}.new`, place);
    });
    if (linkFault !== null) disk.link = faultyDisk(() => linkFault).link;
    expect(await move(paths.from, paths.to, disk)).toBe('moved');
    expect(places(paths)).toEqual([null, 'saved again']);
  });

  it.each([
    ['with links', null],
    ['without links', 'EPERM'],
  ])('loses nothing whichever call fails, and the next call finishes (%s)', async (_how, linkFault) => {
    for (let n = 1; ; n += 1) {
      const paths = twoFolders();
      writeFileSync(paths.from, 'text');
      const nth = failNth(n, 'EIO');
      const disk = { ...nth.disk };
      if (linkFault !== null) disk.link = faultyDisk(() => linkFault).link;
      const outcome = await move(paths.from, paths.to, disk).catch(() => 'failed');
      expect(places(paths)).toContain('text');
      if (!nth.tripped()) {
        expect(outcome).toBe('moved');
        expect(n).toBeGreaterThan(5);
        return;
      }
      expect(outcome).toBe('failed');
      const again = await move(paths.from, paths.to);
      expect(['moved', 'gone']).toContain(again);
      expect(places(paths)).toEqual([null, 'text']);
    }
  });

  it('is content when the source vanishes just before it would have been removed', async () => {
    const paths = twoFolders();
    writeFileSync(paths.from, 'text');
    const disk = faultyDisk((call) => {
      if (call === 'unlink') rmSync(paths.from);
      return null;
    });
    expect(await move(paths.from, paths.to, disk)).toBe('moved');
    expect(places(paths)).toEqual([null, 'text']);
  });

  it('keeps every file once when two movers work on one folder', async () => {
    const root = fresh();
    mkdirSync(join(root, 'todo'));
    mkdirSync(join(root, 'done'));
    const names = Array.from({ length: 100 }, (_, index) => `t-${index}.md`);
    for (const name of names) writeFileSync(join(root, 'todo', name), name);
    const mover = async (order: string[]): Promise<void> => {
      for (const name of order) await move(join(root, 'todo', name), join(root, 'done', name));
    };
    await Promise.all([mover(names), mover([...names].reverse())]);
    expect(readdirSync(join(root, 'todo'))).toEqual([]);
    expect(names.map((name) => readFileSync(join(root, 'done', name), 'utf8'))).toEqual(names);
  });
});
