import { describe, it, expect } from '@jest/globals';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAudit, removeForgottenArchives } from '../../src/telemetry/log-audit.ts';

describe('the memory of the rotation', () => {
  it('names our files', async () => {
    const { audit, prefix } = await auditOf((own) =>
      JSON.stringify({ files: [{ name: `${own}2026-01-02.3` }] }),
    );
    expect(readAudit(audit, prefix)).toEqual([`${prefix}2026-01-02.3`]);
    expect(existsSync(audit)).toBe(true);
  });

  it.each<[string, (own: string) => string]>([
    ['a file elsewhere', () => JSON.stringify({ files: [{ name: '/etc/passwd' }] })],
    ['a way out of the folder', (own) => JSON.stringify({ files: [{ name: `${own}/../../x` }] })],
    ['no list', () => '{}'],
    ['no JSON', () => '{'],
    ['something else than names', () => '{"files":[{"name":5}]}'],
  ])('is thrown away when it holds %s', async (_name, content) => {
    const { audit, prefix } = await auditOf(content);
    expect(readAudit(audit, prefix)).toEqual([]);
    expect(existsSync(audit)).toBe(false);
  });
});

it('archives of forgotten files go, the others stay', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'audit-'));
  const [old, kept] = [join(directory, 'a.1'), join(directory, 'a.2')];
  for (const name of [old, kept]) writeFileSync(`${name}.gz`, '');
  removeForgottenArchives([old, kept], [kept]);
  expect([old, kept].map((name) => existsSync(`${name}.gz`))).toEqual([false, true]);
});

async function auditOf(content: (own: string) => string) {
  const directory = await mkdtemp(join(tmpdir(), 'audit-'));
  const audit = join(directory, '.watcher-audit.json');
  const prefix = `${join(directory, 'watcher.log')}.`;
  writeFileSync(audit, content(prefix));
  return { audit, prefix };
}
