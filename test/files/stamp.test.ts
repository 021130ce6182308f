import { appendFileSync, linkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Stamp } from '../../src/files/stamp.ts';
import { lookAt, sameInode, sameStamp, stampOf } from '../../src/files/stamp.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { faultyDisk } from '../support/faulty-disk.ts';

const fresh = temporaryDirectories();

async function stamp(path: string): Promise<Stamp> {
  return stampOf((await lookAt(path))!);
}

describe('a stamp', () => {
  it('stays while the file does, and changes with it', async () => {
    const path = join(fresh(), 'a.md');
    writeFileSync(path, 'one');
    const first = await stamp(path);
    expect(sameStamp(first, await stamp(path))).toBe(true);
    appendFileSync(path, ' two');
    expect(sameStamp(first, await stamp(path))).toBe(false);
    expect(sameInode(first, await stamp(path))).toBe(true);
  });

  it('changes when only the time of the file was set back', async () => {
    const path = join(fresh(), 'a.md');
    writeFileSync(path, 'one');
    const first = await stamp(path);
    utimesSync(path, 1, 1);
    expect(sameStamp(first, await stamp(path))).toBe(false);
  });

  it('tells two files of equal content apart, and knows a hard link', async () => {
    const directory = fresh();
    const [a, b, c] = [join(directory, 'a'), join(directory, 'b'), join(directory, 'c')];
    writeFileSync(a, 'x');
    writeFileSync(b, 'x');
    linkSync(a, c);
    expect(sameInode(await stamp(a), await stamp(b))).toBe(false);
    expect(sameInode(await stamp(a), await stamp(c))).toBe(true);
  });

  it('is null of nothing, and an error of a broken disk', async () => {
    const path = join(fresh(), 'a.md');
    expect(await lookAt(path)).toBeNull();
    await expect(
      lookAt(
        path,
        faultyDisk(() => 'EIO'),
      ),
    ).rejects.toThrow('EIO');
  });
});
