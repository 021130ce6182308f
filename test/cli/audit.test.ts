import { describe, expect, it } from '@jest/globals';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openAuditTrail } from '../../src/telemetry/audit-trail.ts';
import { typed } from '../support/command-line.ts';
import { writeFiles } from '../support/config-root.ts';
import { temporaryDirectories } from '../support/directory.ts';

const directory = temporaryDirectories();

async function rootWithTrail(entries: number): Promise<{ cwd: string; file: string }> {
  const cwd = directory();
  writeFiles(cwd, { 'config.json': {} });
  mkdirSync(join(cwd, '.ticketmill'));
  const file = join(cwd, '.ticketmill', 'audit.jsonl');
  const options = {
    file,
    now: () => new Date(0),
    redact: (text: string) => text,
    person: 'ada',
    warn: () => undefined,
  };
  const trail = openAuditTrail(options);
  for (let at = 0; at < entries; at++)
    trail.observe({ type: 'ticket:held', file: `${at}.md`, reason: 'no title' });
  await trail.close();
  return { cwd, file };
}

describe('ticketmill audit verify', () => {
  it('counts what is written, and ends with 0', async () => {
    const { cwd, file } = await rootWithTrail(3);
    const said = await typed(['audit', 'verify'], { cwd });
    expect(said).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^3 entries, none changed: .*\nthe last one is 3:[0-9a-f]{64}\n$/),
    });
    const json = await typed(['audit', 'verify', '--json'], { cwd });
    expect(json.json()).toMatchObject([{ ok: true, file, entries: 3, faults: [] }]);
    const [{ anchor = '' } = {}] = json.json() as { anchor?: string }[];
    expect(await typed(['audit', 'verify', '--anchor', anchor], { cwd })).toMatchObject({ code: 0 });
    const other = anchor.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
    expect(await typed(['audit', 'verify', '--anchor', other], { cwd })).toMatchObject({ code: 1 });
    expect(await typed(['audit', 'verify', '--anchor', 'x'], { cwd })).toMatchObject({ code: 2 });
  });

  it('says that there is nothing yet', async () => {
    const { cwd } = await rootWithTrail(0);
    expect(await typed(['audit', 'verify'], { cwd })).toMatchObject({
      code: 0,
      out: expect.stringContaining('nothing is written'),
    });
  });

  it('names the place of what was changed, and ends with 1', async () => {
    const { cwd, file } = await rootWithTrail(3);
    writeFileSync(file, readFileSync(file, 'utf8').replace('1.md', '9.md'));
    const said = await typed(['audit', 'verify'], { cwd });
    expect(said.code).toBe(1);
    expect(said.out).toContain(`${file}:2: entry 2 was changed`);
    const json = await typed(['audit', 'verify', '--json'], { cwd });
    expect(json).toMatchObject({ code: 1 });
    expect(json.json()).toMatchObject([{ ok: false, entries: 3, faults: [{ line: 2 }] }]);
  });
});
