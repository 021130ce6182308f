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
import type { ReadMany, ReadTicketFile, TicketFile } from './read-ticket-file.ts';
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
  readMany: ReadMany;
  disk: ReadingDisk;
};

/** What is remembered of a file between two looks; `read` is null until it is settled. */
type Known = { sight: Sight; read: TicketFile | null };

type Look = { file: string; stamp: Stamp; objection: string | null };

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
    const before = known;
    const now = options.clock.monotonic();
    known = new Map();
    const candidates = await options.readMany((read) =>
      mapBounded(looks, atOnce, async (seen) => {
        const { file, objection } = seen;
        if (objection !== null)
          return describe(file, { kind: 'refused', reason: `${file}: ${objection}`, stamp: null });
        const met = await meet({ ...seen, now }, before.get(file), read);
        known.set(file, met);
        return describe(file, met.read);
      }),
    );
    return candidates.filter((candidate) => candidate !== null);
  }

  async function meet(
    { file, stamp, now }: Look & { now: number },
    before: Known | undefined,
    readTicket: ReadTicketFile,
  ): Promise<Known> {
    const path = pathIn(options.directory, file);
    const sight = settleFile(before?.sight, stamp, {
      now,
      quietMs: options.quietMs,
      arrivedWhole: tellsArrivals && (showsRename(stamp) || options.arrivedByRename(path)),
    });
    if (!sight.settled) return { sight, read: null };
    if (before?.sight === sight && before.read !== null) return before;
    const read = await readTicket(path, stamp);
    // Changed between look and read: what was read is of no settled version.
    if (read.kind !== 'gone' && read.stamp !== null && !sameStamp(read.stamp, stamp))
      return { sight: { ...sight, settled: false }, read: null };
    return { sight, read };
  }

  /** Whether only the watcher could say that a file is complete, and nothing is known of this version yet. */
  function dependsOnEvents({ file, stamp }: Look): boolean {
    if (!options.arrivedByRename(pathIn(options.directory, file))) return false;
    const sight = known.get(file)?.sight;
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

/** As `join` has it for a plain name, at a fraction of its cost. */
function pathIn(directory: string, file: string): string {
  return directory + sep + file;
}

async function seeAll({ directory, disk }: Pick<InboxOptions, 'directory' | 'disk'>): Promise<Look[]> {
  const files = await listFolder(directory);
  const paths = files.map((file) => pathIn(directory, file));
  const looks = await disk.lstatAll(paths, (stats, index) => {
    const file = files[index];
    if (stats === null || file === undefined) return null;
    return { file, stamp: stampOf(stats), objection: objectToFile(stats) };
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
