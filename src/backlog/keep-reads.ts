import { lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ReadingDisk } from '../files/reading-disk.ts';
import type { Stamp } from '../files/stamp.ts';
import { lookAt, stampOf } from '../files/stamp.ts';
import type { KeptFile, KeptText } from './kept-file.ts';
import { openKeptFile, writeKeptFile } from './kept-file.ts';
import type { ReadFile, RecallMany } from './read-ticket-file.ts';

export type KeepOptions = {
  /** Where it is kept, one file a folder, each of which may be deleted at any time. */
  directory: string;
  /** Of the program, since another one may read the same bytes in another way. */
  version: string;
  disk: Pick<ReadingDisk, 'lstat'>;
  /** When it is by the clock of the disk that a directory is on; null when that cannot be told. */
  now?: (directory: string) => Moment | null;
};

export type Moment = Pick<Stamp, 'dev'> & { ns: bigint };

/** A folder of tickets, and what it is called where its tickets are kept. */
export type Folder = { path: string; name: string };

/** What can be kept: what was made of bytes that were read. */
type Readable = { kind: 'gone' } | { kind: string; stamp: Stamp | null };
type Parsed<Found> = Found & { stamp: Stamp };

/** Files that later looks read in any case: who remembers what the first one found seldom has more that are new. */
const few = 20;
/** Reading fewer than these anew costs the next process less than writing all of them costs this one. */
const enough = { files: 50, share: 1 / 50 };
/** Within this time a file can change twice and show the same time of change, on the coarsest disk. */
const tickNs = 2_000_000_000n;

/**
 * Keeps what was read of a folder's tickets for the processes to come, so that each version of a file is parsed once.
 * The files stay the truth: what is kept answers for the very version that lies there and for no other, nothing but
 * time depends on it, and where it cannot be read or written everything is as it would be without it.
 */
export function keepReads<Found extends Readable>(
  read: ReadFile<Found>,
  options: KeepOptions,
): (folder: Folder) => RecallMany<Found> {
  return (folder) => {
    let looks = 0;
    return async (look) => {
      looks += 1;
      const pass = beginPass(read, folder, { ...options, direct: looks === 1 ? 0 : few });
      try {
        return await look(pass.read, pass.recall);
      } finally {
        await pass.end();
      }
    };
  };
}

function beginPass<Found extends Readable>(
  read: ReadFile<Found>,
  folder: Folder,
  options: KeepOptions & { direct: number },
) {
  const { directory, version, disk, direct, now = momentOn } = options;
  const file = join(directory, folder.name);
  const fresh = new Map<string, Parsed<Found>>();
  let kept: KeptFile | null = null;
  let moment: Moment | null | undefined;
  let asked = 0;

  async function readOrRecall(path: string, seen?: Stamp): Promise<Found> {
    asked += 1;
    if (asked <= direct) return read(path, seen);
    const stamp = seen ?? (await stampAt(path, disk));
    const known = stamp === null ? null : recall(path, stamp);
    if (known !== null) return known;
    // Before the reading: whatever changes the file after it must do so at another time than the file shows now.
    if (moment === undefined) moment = now(directory);
    const found = await read(path, seen);
    if (wasRead(found) && moment !== null && isOld(found.stamp, moment)) fresh.set(nameOf(path), found);
    return found;
  }

  function recall(path: string, stamp: Stamp): Found | null {
    if (asked < direct) return null;
    kept ??= openKeptFile(file, version);
    const bytes = kept.find(nameOf(path), stamp);
    if (bytes === null) return null;
    const found = JSON.parse(bytes.toString('latin1')) as Parsed<Found>;
    found.stamp = stamp;
    return found;
  }

  const nameOf = (path: string): string => path.slice(folder.path.length + 1);

  async function end(): Promise<void> {
    if (kept === null) return;
    const isEnough = fresh.size >= Math.max(enough.files, kept.size * enough.share);
    // Nobody's work is worse for what could not be kept.
    if (isEnough) await rewrite(kept).catch(() => undefined);
    kept.close();
  }

  async function rewrite(before: KeptFile): Promise<void> {
    const names = (await readdir(folder.path)).sort();
    await writeKeptFile(file, version, textsOf(names, fresh, before));
  }

  return { read: readOrRecall, recall, end };
}

async function stampAt(path: string, disk: KeepOptions['disk']): Promise<Stamp | null> {
  const stats = await lookAt(path, disk);
  return stats === null ? null : stampOf(stats);
}

function wasRead<Found extends Readable>(found: Found): found is Parsed<Found> {
  return 'stamp' in found && found.stamp !== null;
}

/** Whether it cannot change once more without showing it. */
function isOld({ dev, ctimeNs }: Stamp, now: Moment): boolean {
  return dev === now.dev && ctimeNs + tickNs <= now.ns;
}

/** Of each name the newest there is. */
function* textsOf(names: readonly string[], fresh: ReadonlyMap<string, { stamp: Stamp }>, before: KeptFile) {
  for (const name of names) {
    const found = fresh.get(name);
    const text = found === undefined ? before.take(name) : textOf(found);
    if (text !== null) yield { name, ...text };
  }
}

function textOf({ stamp, ...rest }: { stamp: Stamp }): KeptText | null {
  const json = JSON.stringify(rest);
  // A number may be none at all, which JSON turns into null.
  const isWhole = !json.includes(':null') || isDeepStrictEqual(JSON.parse(json), rest);
  return isWhole ? { stamp, bytes: Buffer.from(inAscii(json), 'latin1') } : null;
}

/** The same JSON without a character of more than a byte: as such it is read many times as fast. */
function inAscii(json: string): string {
  return json.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Told by a file that is written there: no other clock can be compared with the times of files. */
function momentOn(directory: string): Moment | null {
  const path = join(directory, 'moment');
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(path, 'now');
    const { dev, mtimeNs } = lstatSync(path, { bigint: true });
    rmSync(path);
    return { dev, ns: mtimeNs };
  } catch {
    return null;
  }
}
