import type { BigIntStats } from 'node:fs';
import { sep } from 'node:path';
import type { Candidate } from '../domain/admission.ts';
import { idFromFileName } from '../domain/ticket.ts';
import type { ReadingDisk } from '../files/reading-disk.ts';
import { objectTo } from '../files/read-regular.ts';
import type { Stamp } from '../files/stamp.ts';
import { sameStamp, stampOf } from '../files/stamp.ts';
import type { Clock } from '../ports.ts';
import { listFolder } from './list-folder.ts';
import { mapBounded } from './map-bounded.ts';
import type { RecallMany, SummaryFile } from './read-ticket-file.ts';
import { maxTicketBytes } from './read-ticket-file.ts';
import type { Sight } from './settle-file.ts';
import { settleFile, showsRename } from './settle-file.ts';

export type InboxOptions = {
  directory: string;
  clock: Pick<Clock, 'monotonic' | 'wait'>;
  /** Milliseconds of quiet after which a file written in place is taken. */
  quietMs: number;
  /** What the watcher knows about how a file, by its path, came to its name. */
  arrivedByRename: (path: string) => boolean;
  /** Milliseconds after which the event of a write is taken to have come; none where nobody watches. */
  eventLagMs: number;
  /** Seconds until a requeued ticket may be tried again. */
  waitSeconds: (file: string) => number;
  readMany: RecallMany<SummaryFile>;
  disk: ReadingDisk;
};

/** What is remembered of a file between two looks; `read` is null until it is settled and read. */
type Known = { file: string; path: string; sight: Sight; read: SummaryFile | null };

type Look = { file: string; path: string; stamp: Stamp; objection: string | null };

const atOnce = 16;

/**
 * One look at the inbox a call: every file that could be a ticket. Reads only what settled or changed since the last
 * look. Calls that overlap share one look.
 */
export function openInbox(options: InboxOptions): () => Promise<Candidate[]> {
  let known = new Map<string, Known>();
  let looking: Promise<Candidate[]> | null = null;

  async function look(): Promise<Candidate[]> {
    const looks = await seeAll(options);
    if (options.eventLagMs > 0 && looks.some(dependsOnEvents)) await options.clock.wait(options.eventLagMs);
    const now = options.clock.monotonic();
    const met = looks.map((seen) => meet(seen, now));
    await readAll(met.filter(({ sight, read }) => sight.settled && read === null));
    known = new Map(met.map((each) => [each.file, each]));
    return met.map(describe).filter((candidate) => candidate !== null);
  }

  function meet({ file, path, stamp, objection }: Look, now: number): Known {
    if (objection !== null) {
      const refused = { kind: 'refused', reason: `${file}: ${objection}`, stamp: null } as const;
      return { file, path, sight: { stamp, since: now, settled: false }, read: refused };
    }
    const before = known.get(file);
    const sight = settleFile(before?.sight, stamp, {
      now,
      quietMs: options.quietMs,
      arrivedWhole: tellsArrivals && (showsRename(stamp) || options.arrivedByRename(path)),
    });
    return { file, path, sight, read: before?.sight === sight ? before.read : null };
  }

  async function readAll(unread: readonly Known[]): Promise<void> {
    await options.readMany((read, recall) => {
      // All of these first: to wait for each of many thousand files takes longer than to recall them.
      for (const each of unread) each.read = recall(each.path, each.sight.stamp);
      const unknown = unread.filter((each) => each.read === null);
      return mapBounded(unknown, atOnce, async (each) => {
        const { path, sight } = each;
        const found = await read(path, sight.stamp);
        const isOther = found.kind !== 'gone' && found.stamp !== null && !sameStamp(found.stamp, sight.stamp);
        // Changed between look and read: what was read is of no settled version.
        if (isOther) each.sight = { ...sight, settled: false };
        else each.read = found;
      });
    });
  }

  /** Whether only the watcher could say that a file is complete, and nothing is known of this version yet. */
  function dependsOnEvents({ file, path, stamp }: Look): boolean {
    if (!options.arrivedByRename(path)) return false;
    const sight = known.get(file)?.sight;
    return !showsRename(stamp) && !(sight?.settled === true && sameStamp(sight.stamp, stamp));
  }

  function describe({ file, read }: Known): Candidate | null {
    if (read?.kind === 'gone') return null;
    const waitSeconds = options.waitSeconds(file);
    if (read?.kind === 'ticket')
      return { file, id: read.id, ticket: read.summary, problem: null, settled: true, waitSeconds };
    // Whoever tells of a candidate names its file.
    const problem = read?.reason.replace(`${file}: `, '') ?? null;
    return { file, id: idFromFileName(file), ticket: null, problem, settled: read !== null, waitSeconds };
  }

  return () => {
    looking ??= look().finally(() => {
      looking = null;
    });
    return looking;
  };
}

async function seeAll({ directory, disk }: Pick<InboxOptions, 'directory' | 'disk'>): Promise<Look[]> {
  const files = await listFolder(directory);
  // As `join` has it for a plain name, at a fraction of its cost.
  const paths = files.map((file) => directory + sep + file);
  const looks = await disk.lstatAll(paths, (stats, index) => {
    const [file, path] = [files[index], paths[index]];
    if (stats === null || file === undefined || path === undefined) return null;
    return { file, path, stamp: stampOf(stats), objection: objectToFile(stats) };
  });
  return looks.filter((look) => look !== null);
}

/** Elsewhere the times of a file and the events of a folder do not tell a rename from a write. */
const tellsArrivals = process.platform === 'linux';

function objectToFile(stats: BigIntStats): string | null {
  const objection = objectTo(stats, maxTicketBytes);
  if (objection !== null) return objection;
  return stats.nlink > 1n
    ? 'it is a hard link: the same file has another name elsewhere; put a copy here'
    : null;
}
