import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openJournal } from '../../src/journal/journal.ts';
import type { Journal } from '../../src/ports.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { runRecord } from '../support/run-record.ts';

const fresh = temporaryDirectories();
const now = (): Date => new Date('2026-01-02T10:00:00.000Z');

function open(directory: string, repository = 'someone/project'): Promise<Journal> {
  return openJournal({ directory, repository, now });
}

const key = (character: string): string => character.repeat(64);

describe('the journal', () => {
  it('remembers over a restart', async () => {
    const root = fresh();
    const record = runRecord();
    await (await open(root)).save(record);
    const again = await open(root);
    expect(again.all()).toEqual([record]);
    expect(again.get(record.key)).toEqual(record);
    expect(again.byFile('task-1.md')).toEqual(record);
    expect(again.byFile('task-2.md')).toBeUndefined();
    expect(statSync(join(root, 'journal', `${record.key}.json`)).mode & 0o777).toBe(0o600);
  });

  it('follows a ticket whose file got another name', async () => {
    const journal = await open(fresh());
    await journal.save(runRecord());
    await journal.save(runRecord({ file: 'task-1-2.md', step: 'committed' }));
    expect(journal.byFile('task-1.md')).toBeUndefined();
    expect(journal.byFile('task-1-2.md')?.step).toBe('committed');
    expect(journal.all()).toHaveLength(1);
  });

  it('forgets for good, and twice is no error', async () => {
    const root = fresh();
    const journal = await open(root);
    await journal.save(runRecord());
    await journal.remove(key('a'));
    await journal.remove(key('a'));
    expect(journal.all()).toEqual([]);
    expect(readdirSync(join(root, 'journal'))).toEqual([]);
    expect((await open(root)).all()).toEqual([]);
  });

  it('knows a file by the ticket in work, not by one that waits under the same name', async () => {
    const root = fresh();
    const journal = await open(root);
    await journal.save(runRecord({ key: key('b'), id: 'new' }));
    await journal.save(runRecord({ key: key('a'), id: 'old', step: 'waiting', move: null }));
    await journal.save(runRecord({ key: key('c'), id: 'older', step: 'waiting', move: null }));
    expect((await open(root)).byFile('task-1.md')?.id).toBe('new');
  });

  it('tells tickets of one file name apart by their ids', async () => {
    const journal = await open(fresh());
    await journal.save(runRecord({ key: key('a'), id: 'one', step: 'settled', move: null }));
    await journal.save(runRecord({ key: key('b'), id: 'two', move: null }));
    expect(journal.byFile('task-1.md', 'ONE')?.key).toBe(key('a'));
    expect(journal.byFile('task-1.md', 'two')?.key).toBe(key('b'));
    expect(journal.byFile('task-1.md', 'three')).toBeUndefined();
    expect(journal.byFile('task-1.md')?.id).toBe('two');
    await journal.save(runRecord({ key: key('b'), id: 'two', file: 'task-1-2.md' }));
    expect(journal.byFile('task-1.md')?.id).toBe('one');
    await journal.remove(key('a'));
    expect(journal.byFile('task-1.md')).toBeUndefined();
  });

  it('knows a file by the ticket that is on its way, whichever was saved last', async () => {
    const journal = await open(fresh());
    await journal.save(runRecord({ key: key('a'), id: 'moving', move: { from: 'todo', to: 'processing' } }));
    await journal.save(runRecord({ key: key('b'), id: 'resting', step: 'settled', move: null }));
    expect(journal.byFile('task-1.md')?.id).toBe('moving');
  });

  it('keeps the last of many saves that were asked for at once', async () => {
    const root = fresh();
    const journal = await open(root);
    await Promise.all(Array.from({ length: 20 }, (_, attempts) => journal.save(runRecord({ attempts }))));
    expect((await open(root)).get(key('a'))?.attempts).toBe(19);
  });

  it('does not pretend to know what it could not write', async () => {
    const root = fresh();
    const journal = await open(root);
    mkdirSync(join(root, 'journal', `${key('a')}.json`));
    await expect(journal.save(runRecord())).rejects.toThrow();
    expect(journal.get(key('a'))).toBeUndefined();
    await journal.save(runRecord({ key: key('b') }));
    expect((await open(root)).all()).toHaveLength(1);
  });
});

describe('identify', () => {
  it('derives the key from repository, normalised id and first creation', async () => {
    const journal = await open(fresh());
    const identity = await journal.identify({ id: 'TASK-007', createdDate: '2026-01-02', file: 'a.md' });
    const expected = createHash('sha256').update('someone/project\0task-7\x002026-01-02').digest('hex');
    expect(identity).toEqual({ key: expected, id: 'TASK-007', created: '2026-01-02' });
  });

  it('tells repositories, ids and creations apart', async () => {
    const ticket = { id: 'T-1', createdDate: '2026-01-02', file: 'a.md' };
    const keys = [
      await (await open(fresh())).identify(ticket),
      await (await open(fresh(), 'someone/else')).identify(ticket),
      await (await open(fresh())).identify({ ...ticket, id: 'T-2' }),
      await (await open(fresh())).identify({ ...ticket, createdDate: '2026-01-03' }),
    ].map((identity) => identity.key);
    expect(new Set(keys).size).toBe(4);
  });

  it('keeps the identity of a file that is tried again, whatever its date says now', async () => {
    const journal = await open(fresh());
    const first = await journal.identify({ id: 'T-1', createdDate: '', file: 'a.md' });
    await journal.save(runRecord({ ...first, file: 'a.md', step: 'waiting' }));
    expect(await journal.identify({ id: 't-01', createdDate: '2026-05-05', file: 'a.md' })).toEqual(first);
  });

  it('takes a new id in a known file for a new ticket', async () => {
    const journal = await open(fresh());
    const first = await journal.identify({ id: 'T-1', createdDate: '', file: 'a.md' });
    await journal.save(runRecord({ ...first, file: 'a.md', step: 'waiting' }));
    const second = await journal.identify({ id: 'T-2', createdDate: '', file: 'a.md' });
    expect(second.key).not.toBe(first.key);
  });

  it('takes the same name without id, dropped again after it was finished, for another ticket', async () => {
    const root = fresh();
    const journal = await open(root);
    const ticket = { id: 'fix-login', createdDate: '', file: 'fix-login.md' };
    const first = await journal.identify(ticket);
    await journal.save(runRecord({ ...first, file: ticket.file }));
    await journal.remove(first.key);
    const second = await (await open(root)).identify(ticket);
    expect([first.created, second.created]).toEqual(['#1', '#2']);
    expect(second.key).not.toBe(first.key);
  });

  it('finds the identity of a live ticket again when its record was lost', async () => {
    const root = fresh();
    const ticket = { id: 'fix-login', createdDate: '', file: 'fix-login.md' };
    const journal = await open(root);
    const first = await journal.identify(ticket);
    await journal.save(runRecord({ ...first, file: ticket.file }));
    writeFileSync(join(root, 'journal', `${first.key}.json`), '{"version":1,');
    expect(await (await open(root)).identify(ticket)).toEqual(first);
  });

  it('numbers tickets of one id apart when they are asked for at once', async () => {
    const journal = await open(fresh());
    const asked = ['a.md', 'b.md', 'c.md'].map((file) =>
      journal.identify({ id: 'X', createdDate: '', file }),
    );
    const created = (await Promise.all(asked)).map((identity) => identity.created);
    expect(created).toEqual(['#1', '#2', '#3']);
  });
});

describe('a damaged journal', () => {
  const record = runRecord();
  const text = JSON.stringify(record);
  const name = `${record.key}.json`;

  function damaged(content: string | Buffer, file = name): string {
    const root = fresh();
    mkdirSync(join(root, 'journal'));
    writeFileSync(join(root, 'journal', file), content);
    return root;
  }

  it('is put aside when it was cut at any byte', async () => {
    for (let length = 0; length < text.length; length += 1) {
      const root = damaged(text.slice(0, length));
      expect((await open(root)).all()).toEqual([]);
      expect(readdirSync(join(root, 'journal'))).toEqual([]);
      expect(readdirSync(join(root, 'corrupt'))).toHaveLength(2);
    }
  });

  it('is put aside when a record is a link to something else', async () => {
    const root = damaged(text, 'elsewhere');
    symlinkSync(join(root, 'journal', 'elsewhere'), join(root, 'journal', name));
    expect((await open(root)).all()).toEqual([]);
  });

  it.each<[string, string | Buffer, string]>([
    ['an empty object', '{}', name],
    ['NUL bytes', Buffer.alloc(600), name],
    ['a newer version', JSON.stringify({ ...record, version: 9 }), name],
    ['the record of another key', text, `${'f'.repeat(64)}.json`],
    ['more than a record can be', ' '.repeat(1024 * 1024 + 1), name],
  ])('is put aside when it holds %s', async (_what, content, file) => {
    const root = damaged(content, file);
    expect((await open(root)).all()).toEqual([]);
    const [kept, why] = readdirSync(join(root, 'corrupt')).sort();
    expect(kept).toBe(`2026-01-02T10-00-00.000Z-${file}`);
    expect(JSON.parse(readFileSync(join(root, 'corrupt', why!), 'utf8')).why).not.toBe('');
  });

  it('loses our own unfinished writing and leaves everything foreign', async () => {
    const root = damaged('x', `.${name}.0123456789ab.ticketmill-tmp`);
    writeFileSync(join(root, 'journal', 'notes.txt'), 'mine');
    mkdirSync(join(root, 'journal', 'folder.json'));
    expect((await open(root)).all()).toEqual([]);
    expect(readdirSync(join(root, 'journal')).sort()).toEqual(['folder.json', 'notes.txt']);
  });
});
