import type { StatusReport } from '../domain/command.ts';
import type { Event } from '../domain/event.ts';
import { Failure, toFailure } from '../domain/failure.ts';
import type { RunningServer } from '../http/server.ts';
import { noneAdmitted } from '../domain/plan.ts';
import type { Decided } from '../pipeline/look-at-tickets.ts';
import type { QueueOptions, WorkQueue } from '../pipeline/work-queue.ts';
import { openQueue } from '../pipeline/work-queue.ts';
import type { Clock } from '../ports.ts';
import type { DaemonOptions, Outcome } from './house.ts';
import type { Rooms } from './open-rooms.ts';

/** Milliseconds that running tickets get to come to an end when the daemon is asked to stop. */
const graceMs = 25_000;

type DaemonReport = NonNullable<StatusReport['daemon']>;

export type Running = {
  queue: WorkQueue;
  concurrency: number;
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
  const concurrency = options.concurrency ?? rooms.loaded.config.processing.concurrency;
  const outcome: Outcome = { settled: [], left: [] };
  const finished = Promise.withResolvers<Outcome>();
  const startedAt = clock.monotonic();
  let stopping = false;

  const queue = openQueue(story, {
    ...surroundings(rooms),
    concurrency,
    only: options.only,
    onEnd(end) {
      if (end.kind !== 'settled') return;
      const { id, file, state, code } = end;
      outcome.settled.push({ id, file, state, code });
    },
    onIdle(left, outage) {
      if (!options.once || stopping) return;
      outcome.left = left.map((each) => describeLeft(each, outage));
      stop();
    },
  });

  function stop(): void {
    if (stopping) queue.cut(new Failure('INTERRUPTED', 'The daemon was told to stop at once.'));
    else {
      stopping = true;
      drain(queue, clock).then(() => finished.resolve(outcome), finished.reject);
    }
  }

  return {
    queue,
    concurrency,
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

function surroundings({ story, observers, servers, pause, waits, loaded }: Rooms): Surroundings {
  const tellOutage = teller(story.observe);
  return {
    quietMs: loaded.config.processing.watchDebounce,
    waits,
    isPaused: () => pause.isOn(),
    async outage(signal) {
      const outage = (await servers.outage(signal)) ?? noneAdmitted(story.settings().plan);
      tellOutage(outage);
      return outage;
    },
    onFault(error) {
      const { code, message } = toFailure(error);
      observers.log.write({ level: 'error', component: 'processor', message, code });
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

/** An outage is told when it begins and when it is over, not at every look. */
function teller(observe: (event: Event) => void): (outage: Failure | null) => void {
  let told: string | null = null;
  return (outage) => {
    const reason = outage === null ? null : `${outage.message} ${outage.hint}`;
    if (reason === told) return;
    told = reason;
    observe(reason === null ? { type: 'daemon:recovered' } : { type: 'daemon:degraded', reason });
  };
}

function describeLeft({ candidate, admission }: Decided, outage: Failure | null): Outcome['left'][number] {
  const { id, file, waitSeconds } = candidate;
  if (admission.verdict === 'ready')
    return { id, file, reason: outage?.message ?? 'the work is paused', outage: outage !== null };
  return { id, file, reason: admission.reason, outage: waitSeconds > 0 };
}
