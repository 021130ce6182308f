import { createHash } from 'node:crypto';
import { mkdir, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunRecord } from '../domain/run.ts';
import { normaliseId } from '../domain/ticket.ts';
import { errorCode } from '../files/disk.ts';
import type { Quarantine } from '../files/quarantine.ts';
import { quarantine } from '../files/quarantine.ts';
import { readRegular } from '../files/read-regular.ts';
import { syncDirectory } from '../files/sync-directory.ts';
import { isTemporary, writeAtomic } from '../files/write-atomic.ts';
import type { Journal } from '../ports.ts';
import { openNumbering } from './number-identity.ts';
import { oneAtATime } from './one-at-a-time.ts';
import type { ReadRecord } from './run-record.ts';
import { parseRunRecord } from './run-record.ts';

export type JournalOptions = {
  /** The state directory; `journal/`, `identities/` and `corrupt/` lie in it. */
  directory: string;
  /** Full name of the repository, part of every ticket's key. */
  repository: string;
  /** For the names of what is put aside. */
  now: () => Date;
};

/**
 * Opens the journal under the daemon's lock: one file a ticket, all of them in memory. A record that cannot be
 * trusted is put into `corrupt/` with the reason, and its ticket is handled as one without a record.
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const directory = join(options.directory, 'journal');
  const corrupt = { directory: join(options.directory, 'corrupt'), now: options.now };
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const records = await loadRecords(directory, corrupt);
  const keyOf = (id: string, created: string): string =>
    sha256([options.repository, normaliseId(id), created].join('\0'));
  const numbering = openNumbering(
    join(options.directory, 'identities'),
    (id) => sha256([options.repository, id].join('\0')),
    corrupt,
  );
  const inTurn = oneAtATime();
  const names = indexByFile(records.values());

  return {
    identify: ({ id, createdDate, file }) =>
      inTurn(async () => {
        const known = names.of(file).find((record) => isOf(record, id));
        if (known !== undefined) return { key: known.key, id: known.id, created: known.created };
        const created = createdDate === '' ? await numbering.take(normaliseId(id), file) : createdDate;
        return { key: keyOf(id, created), id, created };
      }),
    all: () => [...records.values()],
    get: (key) => records.get(key),
    byFile(file, id) {
      const all = names.of(file);
      if (id !== undefined) return all.find((record) => isOf(record, id));
      return all.find(({ move }) => move !== null) ?? all.find(({ step }) => step !== 'waiting') ?? all[0];
    },
    save: (record) =>
      inTurn(async () => {
        await writeAtomic(join(directory, `${record.key}.json`), `${JSON.stringify(record)}\n`, {
          mode: 0o600,
        });
        names.remove(records.get(record.key));
        records.set(record.key, record);
        names.add(record);
      }),
    remove: (key) =>
      inTurn(async () => {
        const record = records.get(key);
        // The number first: were it left behind, the next ticket of this name would be taken for this one.
        if (record !== undefined) await numbering.release(normaliseId(record.id), record.created);
        await unlink(join(directory, `${key}.json`)).catch(ignoreMissing);
        await syncDirectory(directory);
        names.remove(record);
        records.delete(key);
      }),
  };
}

/** The records by the names of their files, the last saved first. */
function indexByFile(all: Iterable<RunRecord>) {
  const byFile = new Map<string, RunRecord[]>();
  const of = (file: string): RunRecord[] => byFile.get(file) ?? [];
  const add = (record: RunRecord): void => void byFile.set(record.file, [record, ...of(record.file)]);
  for (const record of all) add(record);
  return {
    of,
    add,
    remove(record: RunRecord | undefined): void {
      if (record === undefined) return;
      const left = of(record.file).filter((each) => each !== record);
      if (left.length === 0) byFile.delete(record.file);
      else byFile.set(record.file, left);
    },
  };
}

/** Several tickets may have had one file name in turn; the id tells which of them a record is of. */
function isOf(record: RunRecord, id: string): boolean {
  return normaliseId(record.id) === normaliseId(id);
}

async function loadRecords(directory: string, corrupt: Quarantine): Promise<Map<string, RunRecord>> {
  const records = new Map<string, RunRecord>();
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (isTemporary(entry.name)) await unlink(path);
    if (!entry.isFile() || entry.name.startsWith('.') || !entry.name.endsWith('.json')) continue;
    const read = await readRecord(path, entry.name.slice(0, -'.json'.length));
    if (read.ok) records.set(read.record.key, read.record);
    else await quarantine(path, read.reason, corrupt);
  }
  return records;
}

async function readRecord(path: string, key: string): Promise<ReadRecord> {
  const read = await readRegular(path, maxRecordBytes);
  if (read.kind === 'read') return parseRunRecord(read.bytes.toString(), key);
  return { ok: false, reason: read.kind === 'refused' ? read.reason : 'it is gone' };
}

const maxRecordBytes = 1024 * 1024;

function ignoreMissing(error: unknown): void {
  if (errorCode(error) !== 'ENOENT') throw error;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
