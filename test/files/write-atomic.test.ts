import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isTemporary, writeAtomic } from '../../src/files/write-atomic.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { failNth, faultyDisk } from '../support/faulty-disk.ts';

const fresh = temporaryDirectories();

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

  it('leaves everything as it was when the last question says no', async () => {
    const directory = fresh();
    const file = join(directory, 'a.md');
    writeFileSync(file, 'old');
    expect(await writeAtomic(file, 'new', { onlyIf: () => Promise.resolve(false) })).toBe(false);
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(readdirSync(directory)).toEqual(['a.md']);
  });

  it.each(['ENOSPC', 'EIO'])(
    'holds the old text or the new one, whichever call fails with %s',
    async (code) => {
      for (let n = 1; ; n += 1) {
        const directory = fresh();
        const file = join(directory, 'a.md');
        writeFileSync(file, 'old');
        const { disk, tripped } = failNth(n, code);
        const outcome = await writeAtomic(file, 'new', { disk, mode: 0o644 }).then(
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
