import { describe, it, expect } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openDatabase, type Database } from '../../src/history/database.ts';

const now = () => new Date('2026-01-02T10:30:00Z');
const migrations = ['CREATE TABLE notes (text TEXT NOT NULL) STRICT'];

describe('a database', () => {
  it('keeps what was written, beside a reader', async () => {
    const file = await freshFile();
    const database = open(file);
    add(database, 'one');
    const reader = open(file);
    add(database, 'two');
    expect(texts(reader)).toEqual(['one', 'two']);
    reader.close();
    database.close();
    database.close();
    const again = open(file);
    expect(texts(again)).toEqual(['one', 'two']);
    expect(again.all('PRAGMA journal_mode')).toEqual([expect.objectContaining({ journal_mode: 'wal' })]);
    expect(again.putAside).toBeNull();
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
    again.close();
  });

  it('takes a failed transaction back whole', async () => {
    const database = open(await freshFile());
    const broken = new Error('in the middle');
    expect(() =>
      database.transaction(() => {
        add(database, 'half');
        throw broken;
      }),
    ).toThrow(broken);
    database.transaction(() => add(database, 'whole'));
    expect(texts(database)).toEqual(['whole']);
    database.close();
  });

  it('is brought on from an older version', async () => {
    const file = await freshFile();
    const old = open(file);
    add(old, 'kept');
    old.close();
    const newer = openDatabase({
      file,
      migrations: [...migrations, "ALTER TABLE notes ADD COLUMN by TEXT NOT NULL DEFAULT 'me'"],
      now,
    });
    expect(newer.all('SELECT * FROM notes').map((row) => ({ ...row }))).toEqual([{ text: 'kept', by: 'me' }]);
    newer.close();
  });

  it('of a newer version is refused and left alone', async () => {
    const file = await freshFile();
    openDatabase({ file, migrations: [...migrations, 'CREATE TABLE later (x)'], now }).close();
    const before = readFileSync(file);
    expect(() => open(file)).toThrow(
      expect.objectContaining({
        code: 'STATE_NEWER',
        message: expect.stringContaining('version 2, and this ticketmill knows versions up to 1'),
      }),
    );
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('that is none is put aside and begun anew', async () => {
    const file = await freshFile();
    open(file).close();
    writeFileSync(file, 'not a database at all, but long enough to look at '.repeat(100));
    writeFileSync(`${file}-wal`, 'of the old one');
    const database = open(file);
    expect(database.putAside).toBe(`${file}.corrupt-2026-01-02T10-30-00.000Z`);
    expect(readFileSync(String(database.putAside), 'utf8')).toMatch(/^not a database/);
    add(database, 'new');
    expect(texts(database)).toEqual(['new']);
    database.close();
  });

  it('with damaged pages is put aside', async () => {
    const file = await freshFile();
    const database = open(file);
    database.transaction(() => {
      for (let i = 0; i < 2000; i++) add(database, `line ${i} ${'x'.repeat(50)}`);
    });
    database.close();
    const bytes = readFileSync(file);
    bytes.fill(0xff, 4096, 4096 * 4);
    writeFileSync(file, bytes);
    const fresh = open(file);
    expect(fresh.putAside).not.toBeNull();
    expect(texts(fresh)).toEqual([]);
    fresh.close();
    expect(readdirSync(dirname(file)).some((name) => name.includes('corrupt'))).toBe(true);
  });

  const onUnix = process.platform === 'win32' ? it.skip : it;
  onUnix('that cannot be opened for want of handles says so (needs ulimit)', async () => {
    const file = await freshFile();
    const source = new URL('../../src/history/database.ts', import.meta.url).href;
    const script = `
      import { closeSync, openSync } from 'node:fs';
      import { openDatabase } from '${source}';
      let last = null;
      try { for (;;) last = openSync('/dev/null'); } catch { closeSync(last); }
      try { openDatabase({ file: '${file}', migrations: [], now: () => new Date() }); } catch ({ code }) { process._rawDebug(code); }`;
    const limited = ['-c', 'ulimit -n 60; exec "$@"', 'sh', process.execPath];
    const ran = spawnSync('sh', [...limited, '--input-type=module', '--eval', script], { encoding: 'utf8' });
    expect(ran.stderr).toBe('EMFILE\n');
  });

  it('in a place that cannot hold one is an error, and nothing is put aside', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'history-'));
    expect(() => open(directory)).toThrow('unable to open');
    expect(() => open(directory)).toThrow(expect.objectContaining({ code: 'DISK_UNWRITABLE' }));
    expect(existsSync(directory)).toBe(true);
  });
});

function open(file: string): Database {
  return openDatabase({ file, migrations, now });
}

function add(database: Database, text: string): void {
  database.run('INSERT INTO notes (text) VALUES (:text)', { text });
}

function texts(database: Database): unknown[] {
  return database.all('SELECT text FROM notes ORDER BY rowid').map((row) => row['text']);
}

async function freshFile(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), 'history-')), '.ticketmill', 'state.db');
}
