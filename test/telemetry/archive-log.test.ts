import { describe, it, expect } from '@jest/globals';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { archiveLog } from '../../src/telemetry/archive-log.ts';

describe('a finished log', () => {
  it('is replaced by its archive, as private as it was', async () => {
    const file = await freshFile('line\n'.repeat(100_000));
    await archiveLog(file);
    expect(existsSync(file)).toBe(false);
    expect(gunzipSync(readFileSync(`${file}.gz`)).toString()).toBe('line\n'.repeat(100_000));
    expect(statSync(`${file}.gz`).mode & 0o777).toBe(0o600);
  });

  it('that was pruned meanwhile leaves nothing behind', async () => {
    const file = `${await freshFile('')}-gone`;
    await archiveLog(file);
    expect(existsSync(`${file}.gz`)).toBe(false);
  });

  it('stays when its archive is there already', async () => {
    const file = await freshFile('new');
    writeFileSync(`${file}.gz`, 'of somebody');
    await archiveLog(file);
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(readFileSync(`${file}.gz`, 'utf8')).toBe('of somebody');
  });

  it('that cannot be read is reported, and no half archive stays', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'archive-'));
    await expect(archiveLog(directory)).rejects.toThrow('EISDIR');
    expect(existsSync(`${directory}.gz`)).toBe(false);
  });
});

async function freshFile(text: string): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'archive-')), 'watcher.log.2026-01-02');
  writeFileSync(file, text);
  return file;
}
