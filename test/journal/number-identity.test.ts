import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Numbering } from '../../src/journal/number-identity.ts';
import { openNumbering } from '../../src/journal/number-identity.ts';
import { temporaryDirectories } from '../support/directory.ts';

const fresh = temporaryDirectories();

function open(root: string): Numbering {
  const corrupt = { directory: join(root, 'corrupt'), now: () => new Date(0) };
  return openNumbering(join(root, 'identities'), (id) => `of-${id}`, corrupt);
}

describe('numbering tickets', () => {
  it('counts per id and remembers the number of a live ticket', async () => {
    const root = fresh();
    const numbering = open(root);
    expect(await numbering.take('fix', 'fix.md')).toBe('#1');
    expect(await numbering.take('fix', 'fix.md')).toBe('#1');
    expect(await numbering.take('fix', 'fix-2.md')).toBe('#2');
    expect(await numbering.take('other', 'fix.md')).toBe('#1');
    expect(await open(root).take('fix', 'fix-2.md')).toBe('#2');
  });

  it('never gives a number twice, also after its ticket is finished and the process was restarted', async () => {
    const root = fresh();
    await open(root).take('fix', 'fix.md');
    await open(root).release('fix', '#1');
    expect(await open(root).take('fix', 'fix.md')).toBe('#2');
  });

  it('ignores the release of what it never gave', async () => {
    const root = fresh();
    await open(root).release('fix', '#1');
    await open(root).take('fix', 'fix.md');
    await open(root).release('fix', '2026-01-02');
    expect(await open(root).take('fix', 'fix.md')).toBe('#1');
  });

  it.each(['', '{', '{}', '\0\0', '{"version":2,"id":"fix","last":1,"live":[]}'])(
    'puts a counter that says %j aside and counts anew',
    async (text) => {
      const root = fresh();
      await open(root).take('fix', 'fix.md');
      writeFileSync(join(root, 'identities', 'of-fix.json'), text);
      expect(await open(root).take('fix', 'new.md')).toBe('#1');
      const kept = readdirSync(join(root, 'corrupt')).find((name) => !name.endsWith('.why.json'));
      expect(readFileSync(join(root, 'corrupt', kept!), 'utf8')).toBe(text);
    },
  );

  it('throws what is wrong with the disk', async () => {
    const root = fresh();
    writeFileSync(join(root, 'identities'), 'a file, where a directory should be');
    await expect(open(root).take('fix', 'fix.md')).rejects.toThrow();
  });
});
