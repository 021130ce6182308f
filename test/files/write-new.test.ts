import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { writeNew } from '../../src/files/write-new.ts';
import { temporaryDirectories } from '../support/directory.ts';

describe('writeNew', () => {
  const directory = temporaryDirectories();

  it('writes a file that was not there', async () => {
    const folder = directory();
    expect(await writeNew(join(folder, 'a'), 'x')).toBe(true);
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('x');
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('leaves one that was there', async () => {
    const folder = directory();
    writeFileSync(join(folder, 'a'), 'old');
    expect(await writeNew(join(folder, 'a'), 'new')).toBe(false);
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('is won by one of many', async () => {
    const path = join(directory(), 'a');
    const won = await Promise.all(Array.from({ length: 8 }, (_, index) => writeNew(path, `${index}`)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(readFileSync(path, 'utf8')).toBe(`${won.indexOf(true)}`);
  });
});
