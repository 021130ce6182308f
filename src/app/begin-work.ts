import type { StatusReport } from '../domain/command.ts';
import type { Event } from '../domain/event.ts';
import { Failure, toFailure } from '../domain/failure.ts';
import type { RunningServer } from '../http/server.ts';
import type { Decided } from '../pipeline/look-at-tickets.ts';
import type { QueueOptions, WorkQueue } from '../pipeline/work-queue.ts';
import { openQueue } from '../pipeline/work-queue.ts';
import type { Clock } from '../ports.ts';
import { findOutage } from './find-outage.ts';
import type { DaemonOptions, Outcome } from './house.ts';
import type { Places } from './open-places.ts';
import { openPlaces, thisMachine } from './open-places.ts';
import type { Rooms } from './open-rooms.ts';

/** Milliseconds that running tickets get to come to an end when the daemon is asked to stop. */
const graceMs = 25_000;

type DaemonReport = NonNullable<StatusReport['daemon']>;

export type Running = {
  queue: WorkQueue;
  places: Places;
  /** Milliseconds of the monotonic clock. */
  startedAt: number;
  /** `server`: null without one. */
  describe: (server: Pick<RunningServer, 'url' | 'invitation'> | null) => DaemonReport;
  stop: () => void;
  isStopping: () => boolean;
  /** Resolves with what became of the tickets once nothing runs any more. */
  finished: Promise<Outcome>;
};

/** Opens the queue over the rooms; nothing is begun until it is woken. */
export function beginWork(rooms: Rooms, options: DaemonOptions): Running {
  const { story, clock } = rooms;
  const places = openPlaces(rooms, options.concurrency, thisMachine);
  const outcome: Outcome = { settled: [], left: [] };
  const finished = Promise.withResolvers<Outcome>();
  const startedAt = clock.monotonic();
  /** What put tickets back last, by file. */
  const heldUp = new Map<string, Failure>();
  let stopping = false;
  let lost: Failure | null = null;

  const queue = openQueue(story, {
    ...surroundings(rooms, endIfLost),
    concurrency: places.look,
    only: options.only,
    onEnd(end) {
      if (end.kind === 'requeued') {
        heldUp.set(end.file, end.failure);
        endIfLost(end.failure);
      }
      if (end.kind !== 'settled') return;
      const { id, file, state, code } = end;
      outcome.settled.push({ id, file, state, code });
    },
    onIdle(left, outage) {
      if (!options.once || stopping) return;
      outcome.left = left.map((each) => describeLeft(each, outage, heldUp.get(each.candidate.file)));
      stop();
    },
  });

  /** After a failed sync nobody knows what is on the disk but a new life that reads it. */
  function endIfLost(failure: Failure): void {
    if (failure.code !== 'DISK_FAILED') return;
    lost ??= failure;
    if (!stopping) stop();
    queue.cut(failure);
  }

  function stop(): void {
    if (stopping) queue.cut(new Failure('INTERRUPTED', 'The daemon was told to stop at once.'));
    else {
      stopping = true;
      drain(queue, clock).then(
        () => (lost === null ? finished.resolve(outcome) : finished.reject(lost)),
        finished.reject,
      );
    }
  }

  return {
    queue,
    places,
    startedAt,
    describe: (server) => ({
      pid: process.pid,
      url: server?.url ?? null,
      invitation: server?.invitation() ?? null,
      uptimeSeconds: Math.round((clock.monotonic() - startedAt) / 1000),
    }),
    stop,
    isStopping: () => stopping,
    finished: finished.promise,
  };
}

type Surroundings = Pick<QueueOptions, 'quietMs' | 'waits' | 'isPaused' | 'outage' | 'onFault'>;

function surroundings(rooms: Rooms, onFailure: (failure: Failure) => void): Surroundings {
  const { story, observers, pause, waits, loaded, clock } = rooms;
  const tellOutage = teller(story.observe, clock);
  const isNews = seldom(clock);
  return {
    quietMs: loaded.config.processing.watchDebounce,
    waits,
    isPaused: () => pause.isOn(),
    async outage(signal) {
      const outage = await findOutage(rooms, signal);
      tellOutage(outage);
      return outage;
    },
    onFault(error) {
      const failure = toFailure(error);
      const { code, message } = failure;
      // Our temporary files have another name each time.
      const isKnown = !isNews(message.replace(/[0-9a-f]{12}/g, ''));
      if (!isKnown) observers.log.write({ level: 'error', component: 'processor', message, code });
      if (failure.isInfrastructure) tellOutage(failure);
      onFailure(failure);
    },
  };
}

/** Lets what runs come to an end; what has not by then is put back. */
async function drain(queue: WorkQueue, clock: Clock): Promise<void> {
  const drained = new AbortController();
  clock.wait(graceMs, drained.signal).then(
    () => queue.cut(new Failure('INTERRUPTED', 'The daemon was told to stop.')),
    () => undefined,
  );
  await queue.drain();
  drained.abort();
}

/** Milliseconds in which the same trouble is told once: it is met at every look. */
const repeatMs = 60_000;

/** An outage is told when it begins and when it is over; other words for the same, once a minute. */
function teller(
  observe: (event: Event) => void,
  clock: Pick<Clock, 'monotonic'>,
): (outage: Failure | null) => void {
  let told: { code: string; reason: string; at: number } | null = null;
  return (outage) => {
    const at = clock.monotonic();
    if (outage === null) {
      if (told !== null) observe({ type: 'daemon:recovered' });
      told = null;
      return;
    }
    const { code } = outage;
    const reason = `${outage.message} ${outage.hint}`;
    if (told?.reason === reason || (told?.code === code && at - told.at < repeatMs)) return;
    told = { code, reason, at };
    observe({ type: 'daemon:degraded', reason });
  };
}

/** Whether a text was not told within the last minute. */
function seldom(clock: Pick<Clock, 'monotonic'>): (text: string) => boolean {
  const told = new Map<string, number>();
  return (text) => {
    const now = clock.monotonic();
    for (const [old, at] of told) if (now - at >= repeatMs) told.delete(old);
    if (told.has(text)) return false;
    told.set(text, now);
    return true;
  };
}

function describeLeft(
  { candidate, admission }: Decided,
  outage: Failure | null,
  met: Failure | undefined,
): Outcome['left'][number] {
  const { id, file, waitSeconds } = candidate;
  if (admission.verdict === 'ready')
    return { id, file, reason: outage?.message ?? 'the work is paused', outage: outage !== null };
  if (waitSeconds === 0) return { id, file, reason: admission.reason, outage: false };
  const reason = met === undefined ? admission.reason : `${met.message} (${admission.reason})`;
  return { id, file, reason, outage: true };
}
