import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { realDisk } from '../../src/files/disk.ts';
import type { Stamp } from '../../src/files/stamp.ts';
import { stampOf } from '../../src/files/stamp.ts';
import { isTemporary, writeAtomic } from '../../src/files/write-atomic.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { disturbedAfterLooks, failNth, faultyDisk } from '../support/faulty-disk.ts';

const fresh = temporaryDirectories();

async function stampAt(path: string): Promise<Stamp> {
  return stampOf(await realDisk.lstat(path, { bigint: true }));
}

describe('writeAtomic', () => {
  it('writes a new file and leaves nothing else', async () => {
    const directory = fresh();
    expect(await writeAtomic(join(directory, 'a.md'), 'hello')).toBe(true);
    expect(readdirSync(directory)).toEqual(['a.md']);
    expect(readFileSync(join(directory, 'a.md'), 'utf8')).toBe('hello');
  });

  it('gives the mode asked for, whatever the umask', async () => {
    const file = join(fresh(), 'token');
    await writeAtomic(file, 'x', { mode: 0o666 });
    expect(statSync(file).mode & 0o777).toBe(0o666);
    await writeAtomic(file, 'y', { mode: 0o600 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('manages the longest name the file system allows', async () => {
    const directory = fresh();
    const name = `${'é'.repeat(126)}.md`;
    await writeAtomic(join(directory, name), 'x');
    expect(readdirSync(directory)).toEqual([name]);
  });

  it('replaces the version it was told of, and leaves everything as it is where there is another', async () => {
    const directory = fresh();
    const file = join(directory, 'a.md');
    writeFileSync(file, 'old');
    const over = await stampAt(file);
    expect(await writeAtomic(file, 'new', { over })).toBe(true);
    expect(await writeAtomic(file, 'newer', { over })).toBe(false);
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(readdirSync(directory)).toEqual(['a.md']);
    rmSync(file);
    expect(await writeAtomic(file, 'newest', { over })).toBe(false);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('gives nobody a turn between the last look and the new name', async () => {
    const file = join(fresh(), 'a.md');
    writeFileSync(file, 'old');
    const person = (): void => appendFileSync(file, ', and more');
    await writeAtomic(file, 'new', { over: await stampAt(file), disk: disturbedAfterLooks(person) });
    expect(readFileSync(file, 'utf8')).toBe('new, and more');
  });

  it.each([
    ['ENOSPC', false],
    ['EIO', false],
    ['EIO', true],
  ])(
    'holds the old text or the new one, whichever call fails with %s (over a version: %s)',
    async (code, isOver) => {
      for (let n = 1; ; n += 1) {
        const directory = fresh();
        const file = join(directory, 'a.md');
        writeFileSync(file, 'old');
        const { disk, tripped } = failNth(n, code);
        const over = isOver ? { over: await stampAt(file) } : {};
        const outcome = await writeAtomic(file, 'new', { disk, mode: 0o644, ...over }).then(
          () => 'written',
          (error: unknown) => (error as { code: string }).code,
        );
        expect(['old', 'new']).toContain(readFileSync(file, 'utf8'));
        expect(readdirSync(directory)).toEqual(['a.md']);
        if (!tripped()) {
          expect(outcome).toBe('written');
          expect(n).toBeGreaterThan(6);
          return;
        }
        expect(outcome).toBe(code);
      }
    },
  );

  it('names its temporary file so that a later start knows it, even when it cannot be removed', async () => {
    const directory = fresh();
    const disk = faultyDisk((call) => (call === 'rename' || call === 'unlink' ? 'EIO' : null));
    await expect(writeAtomic(join(directory, 'a.md'), 'x', { disk })).rejects.toThrow('rename');
    const [left] = readdirSync(directory);
    expect(isTemporary(left ?? '')).toBe(true);
    expect(left).toMatch(/^\.a\.md\.[0-9a-f]{12}\.ticketmill-tmp$/);
  });

  it('refuses to replace a directory and cleans up', async () => {
    const directory = fresh();
    mkdirSync(join(directory, 'taken'));
    chmodSync(directory, 0o755);
    await expect(writeAtomic(join(directory, 'taken'), 'x')).rejects.toThrow(/EISDIR|EEXIST|ENOTEMPTY|EPERM/);
    expect(readdirSync(directory)).toEqual(['taken']);
  });

  it.each([
    ['.a.md.0123456789ab.ticketmill-tmp', true],
    ['a.md.ticketmill-tmp', false],
    ['.hidden.md', false],
  ])('isTemporary(%s) is %s', (name, expected) => {
    expect(isTemporary(name)).toBe(expected);
  });
});
