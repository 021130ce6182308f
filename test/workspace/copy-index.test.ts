import { describe, expect, it } from '@jest/globals';
import { readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyIndex } from '../../src/workspace/copy-index.ts';
import { temporaryDirectories } from '../support/directory.ts';

describe('copyIndex', () => {
  const directory = temporaryDirectories();

  it('copies the bytes over what is there, and never looks younger than its original', async () => {
    const [from, to] = ['index', 'copy'].map((name) => join(directory(), name)) as [string, string];
    await writeFile(from, 'DIRC');
    await writeFile(to, 'an older and longer one');
    await utimes(from, 1_700_000_000, 1_700_000_000.5);
    await copyIndex(from, to);
    expect(await readFile(to, 'utf8')).toBe('DIRC');
    expect((await stat(to)).mtimeMs).toBeLessThanOrEqual((await stat(from)).mtimeMs);
    expect(Math.floor((await stat(to)).mtimeMs / 1000)).toBe(1_700_000_000);
  });
});
