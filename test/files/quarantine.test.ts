import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { quarantine } from '../../src/files/quarantine.ts';
import { temporaryDirectories } from '../support/directory.ts';

const fresh = temporaryDirectories();
const now = (): Date => new Date('2026-01-02T10:00:00.000Z');

describe('quarantine', () => {
  it('keeps the file with the reason beside it', async () => {
    const root = fresh();
    const file = join(root, 'bad.json');
    writeFileSync(file, '{');
    const kept = await quarantine(file, 'it is no JSON', { directory: join(root, 'corrupt'), now });
    expect(kept).toBe(join(root, 'corrupt', '2026-01-02T10-00-00.000Z-bad.json'));
    expect(readFileSync(kept!, 'utf8')).toBe('{');
    expect(JSON.parse(readFileSync(`${kept!}.why.json`, 'utf8'))).toEqual({
      from: file,
      time: '2026-01-02T10:00:00.000Z',
      why: 'it is no JSON',
    });
  });

  it('overwrites nothing when two files of one name come in one moment', async () => {
    const root = fresh();
    const into = { directory: join(root, 'corrupt'), now };
    for (const text of ['one', 'two', 'three']) {
      writeFileSync(join(root, 'bad.json'), text);
      await quarantine(join(root, 'bad.json'), 'why', into);
    }
    const kept = readdirSync(into.directory).filter((name) => !name.endsWith('.why.json'));
    expect(kept.map((name) => readFileSync(join(into.directory, name), 'utf8')).sort()).toEqual([
      'one',
      'three',
      'two',
    ]);
  });

  it('says when there was nothing to keep', async () => {
    const root = fresh();
    expect(await quarantine(join(root, 'none'), 'why', { directory: join(root, 'corrupt'), now })).toBeNull();
  });
});
