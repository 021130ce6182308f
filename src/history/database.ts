import { closeSync, existsSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { FailureCode } from '../domain/failure.ts';
import { Failure, toFailure } from '../domain/failure.ts';
import { errorCode } from '../files/disk.ts';

export type Row = Record<string, string | number | null>;
export type Values = Record<string, SQLInputValue>;

export type Database = {
  /** `sql` names its values as `:name`. Statements are prepared once each. */
  run(sql: string, values?: Values): void;
  all(sql: string, values?: Values): Row[];
  /** All or nothing; what `work` throws comes out after everything was taken back. */
  transaction(work: () => void): void;
  close(): void;
  /** Where the unreadable database went that was found here; null when there was none. */
  readonly putAside: string | null;
};

export type DatabaseOptions = {
  file: string;
  /** Each brings the database one version on; never change one that was released, add another. */
  migrations: readonly string[];
  /** For the name of a database that is put aside. */
  now: () => Date;
};

/**
 * Opens the history, the only writer of which is the process that holds the daemon's lock; others may read. It holds
 * statistics only: one that cannot be read is put aside and begun anew, one of a newer version is refused.
 */
export function openDatabase(options: DatabaseOptions): Database {
  mkdirSync(dirname(options.file), { recursive: true, mode: 0o700 });
  const found = openReadable(options);
  if (found !== null) return wrap(found, null);
  const putAside = setAside(options.file, options.now());
  const fresh = openReadable(options);
  if (fresh === null) throw new Error(`${options.file} cannot be read, although it was just created`);
  return wrap(fresh, putAside);
}

/** Null when the file is no database, or a damaged one. */
function openReadable({ file, migrations }: DatabaseOptions): DatabaseSync | null {
  const db = connect(file);
  try {
    // With NORMAL a power cut may cost the last events, never the file; statistics are worth no more.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    if (db.prepare('PRAGMA quick_check(1)').get()?.['quick_check'] !== 'ok') return closed(db);
    migrate(db, file, migrations);
    return db;
  } catch (error) {
    closed(db);
    if (isDamage(error)) return null;
    throw diskFailure(error, file);
  }
}

function connect(file: string): DatabaseSync {
  try {
    return new DatabaseSync(file, { timeout: 5000 });
  } catch (error) {
    throw diskFailure(error, file);
  }
}

const cannotOpen = 14;

/** SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL and SQLITE_CANTOPEN. */
const ofTheDisk: Record<number, FailureCode> = {
  8: 'DISK_UNWRITABLE',
  10: 'DISK_FAILED',
  13: 'DISK_FULL',
  [cannotOpen]: 'DISK_UNWRITABLE',
};

/** What the disk does to a database is no bug of ours. */
function diskFailure(error: unknown, file: string): unknown {
  const lack = resultCode(error) === cannotOpen ? findLack(file) : null;
  if (lack !== null) return lack;
  const code = ofTheDisk[resultCode(error)];
  return code === undefined
    ? error
    : new Failure(code, `${file} cannot be used: ${toFailure(error).message}.`, { cause: error });
}

/** What the system says to as many files as a database and its companions are: SQLite tells no reason. */
function findLack(file: string): unknown {
  const held: number[] = [];
  try {
    for (let count = 0; count < 3; count += 1) held.push(openSync(dirname(file), 'r'));
    return null;
  } catch (error) {
    return ['EMFILE', 'ENFILE'].includes(errorCode(error)) ? error : null;
  } finally {
    held.forEach((fd) => closeSync(fd));
  }
}

function closed(db: DatabaseSync): null {
  db.close();
  return null;
}

/** SQLITE_CORRUPT and SQLITE_NOTADB. A busy or unwritable file is no damage. */
function isDamage(error: unknown): boolean {
  return [11, 26].includes(resultCode(error));
}

/** SQLite's primary result code; 0 when it is no error of SQLite's. */
function resultCode(error: unknown): number {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 0xff : 0;
}

/** With its companions: a write-ahead log that lay beside a new database would damage that one too. */
function setAside(file: string, now: Date): string {
  const target = `${file}.corrupt-${now.toISOString().replaceAll(':', '-')}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, target + suffix);
  }
  return target;
}

function migrate(db: DatabaseSync, file: string, migrations: readonly string[]): void {
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > migrations.length) {
    throw new Failure(
      'STATE_NEWER',
      `${file} has version ${version}, and this ticketmill knows versions up to ${migrations.length}`,
    );
  }
  for (const [index, migration] of migrations.entries()) {
    if (index < version) continue;
    inTransaction(db, () => db.exec(`${migration}; PRAGMA user_version = ${index + 1};`));
  }
}

function wrap(db: DatabaseSync, putAside: string | null): Database {
  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();

  function prepared(sql: string) {
    const statement = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, statement);
    return statement;
  }

  return {
    run(sql, values = {}) {
      prepared(sql).run(values);
    },
    all: (sql, values = {}) => prepared(sql).all(values) as Row[],
    transaction: (work) => inTransaction(db, work),
    close() {
      if (db.isOpen) db.close();
    },
    putAside,
  };
}

function inTransaction(db: DatabaseSync, work: () => void): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    work();
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
