import type { BigIntStats } from 'node:fs';
import { join } from 'node:path';
import type { Candidate } from '../domain/admission.ts';
import { idFromFileName } from '../domain/ticket.ts';
import type { ReadingDisk } from '../files/reading-disk.ts';
import { objectTo } from '../files/read-regular.ts';
import { lookAt, sameStamp, stampOf } from '../files/stamp.ts';
import type { Clock } from '../ports.ts';
import { listFolder } from './list-folder.ts';
import { mapBounded } from './map-bounded.ts';
import type { ReadTicketFile, TicketFile } from './read-ticket-file.ts';
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
  /** Seconds until a requeued ticket may be tried again. */
  waitSeconds: (file: string) => number;
  read: ReadTicketFile;
  disk: ReadingDisk;
};

/** What is remembered of a file between two looks; `read` is null until it is settled. */
type Known = { sight: Sight; read: TicketFile | null };

type Look = { file: string; stats: BigIntStats | null };

const atOnce = 16;

/**
 * Milliseconds after which the event of a write is taken to have come. It comes after the bytes, and on a busy machine
 * the writer may be held up in between.
 */
const eventLagMs = 50;

/**
 * One look at the inbox a call: every file that could be a ticket. Reads only what settled or changed since the last
 * look. Calls that overlap share one look.
 */
export function openInbox(options: InboxOptions): () => Promise<Candidate[]> {
  let known = new Map<string, Known>();
  let looking: Promise<Candidate[]> | null = null;

  async function look(): Promise<Candidate[]> {
    const files = await listFolder(options.directory);
    const looks = await mapBounded(files, atOnce, async (file) => ({
      file,
      stats: await lookAt(join(options.directory, file), options.disk),
    }));
    if (looks.some(dependsOnEvents)) await options.clock.wait(eventLagMs);
    const before = known;
    known = new Map();
    const candidates = await mapBounded(looks, atOnce, async ({ file, stats }) => {
      if (stats === null) return null;
      const objection = objectToFile(stats);
      if (objection !== null)
        return describe(file, { kind: 'refused', reason: `${file}: ${objection}`, stamp: null });
      const now = await meet(file, stats, before.get(file));
      known.set(file, now);
      return describe(file, now.read);
    });
    return candidates.filter((candidate) => candidate !== null);
  }

  async function meet(file: string, stats: BigIntStats, before: Known | undefined): Promise<Known> {
    const path = join(options.directory, file);
    const stamp = stampOf(stats);
    const sight = settleFile(before?.sight, stamp, {
      now: options.clock.monotonic(),
      quietMs: options.quietMs,
      arrivedWhole: tellsArrivals && (showsRename(stamp) || options.arrivedByRename(path)),
    });
    if (!sight.settled) return { sight, read: null };
    if (before?.sight === sight && before.read !== null) return before;
    const read = await options.read(path);
    // Changed between look and read: what was read is of no settled version.
    if (read.kind !== 'gone' && read.stamp !== null && !sameStamp(read.stamp, stamp))
      return { sight: { ...sight, settled: false }, read: null };
    return { sight, read };
  }

  /** Whether only the watcher could say that a file is complete, and nothing is known of this version yet. */
  function dependsOnEvents({ file, stats }: Look): boolean {
    if (stats === null || !options.arrivedByRename(join(options.directory, file))) return false;
    const [stamp, sight] = [stampOf(stats), known.get(file)?.sight];
    return !showsRename(stamp) && !(sight?.settled === true && sameStamp(sight.stamp, stamp));
  }

  function describe(file: string, read: TicketFile | null): Candidate | null {
    if (read?.kind === 'gone') return null;
    const waitSeconds = options.waitSeconds(file);
    if (read?.kind === 'ticket')
      return { file, id: read.id, ticket: read.ticket, problem: null, settled: true, waitSeconds };
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

/** Elsewhere the times of a file and the events of a folder do not tell a rename from a write. */
const tellsArrivals = process.platform === 'linux';

function objectToFile(stats: BigIntStats): string | null {
  const objection = objectTo(stats, maxTicketBytes);
  if (objection !== null) return objection;
  return stats.nlink > 1n
    ? 'it is a hard link: the same file has another name elsewhere; put a copy here'
    : null;
}
