import type { Spending } from '../domain/change.ts';
import { noSpending } from '../domain/change.ts';
import type { Failure } from '../domain/failure.ts';
import type { Flight, GiveOptions, GivenOrder, Giving, OnSpent, QueueView } from './flights.ts';
import { expectation, give, giveAnew } from './flights.ts';
import type { JobListener } from './job-board.ts';
import { openJobBoard } from './job-board.ts';
import { usable } from './known-workers.ts';
import { hear, keepLooking, look, lookAtAll, lookEvery, objection } from './look-at-jobs.ts';
import type { JobResult, ParcelNote } from './wire.ts';

/** What a worker made, with the objects of its change; `spent` counts every worker that had it. */
export type Delivered = { result: JobResult; parcel: Buffer | null; spent: Spending };

/** The coordinator's side of the queue. What it gave out it remembers itself: Redis may lose everything. */
export interface JobGiver {
  /** Has a change made somewhere. Throws what keeps it from being made, or the signal's reason. */
  make(given: GivenOrder, signal: AbortSignal, onSpent: OnSpent): Promise<Delivered>;
  /** Why nothing can be given out now; null when all is well. */
  outage: () => Failure | null;
  /** Changes that the workers can make at the same time. */
  slots: () => number;
  view: () => QueueView;
  close(): Promise<void>;
}

/** Resolves after the first look, which may have found nothing but an outage. */
export async function openJobGiver(options: GiveOptions): Promise<JobGiver> {
  const flights: Giving['flights'] = new Map();
  const view = { isConnected: false, workers: [], waiting: 0, active: 0, returned: 0, lost: 0 };
  const listener: JobListener = {
    onEnd: (jobId) => void look(giving, jobId),
    onReturn: (jobId) => {
      if (flights.has(jobId)) giving.view.returned += 1;
    },
    onProgress: (jobId, progress) => hear(giving, flights.get(jobId), progress),
  };
  const board = await openJobBoard(options, listener);
  const giving: Giving = { options, board, flights, view, outage: null, workerlessSince: null };
  await lookAtAll(giving, 0);
  const ending = new AbortController();
  const looking = keepLooking(giving, ending.signal);
  return {
    make: (given, signal, onSpent) => make(giving, given, { signal, onSpent }),
    outage: () => objection(giving),
    slots: () => usable(giving.view.workers).reduce((sum, { slots }) => sum + slots, 0),
    view: () => giving.view,
    async close() {
      ending.abort();
      await looking;
      await board.close();
    },
  };
}

async function make(
  giving: Giving,
  given: GivenOrder,
  { signal, onSpent }: { signal: AbortSignal; onSpent: OnSpent },
): Promise<Delivered> {
  signal.throwIfAborted();
  const blocked = objection(giving);
  if (blocked !== null) throw blocked;
  const flight: Flight = {
    given,
    epoch: 0,
    jobId: '',
    standing: 'giving',
    spent: noSpending,
    onSpent,
    ended: expectation(),
  };
  const abort = (): void => flight.ended.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await give(giving, flight);
    return await collect(giving, flight, signal);
  } catch (error) {
    // What cannot be called off now is a stray, and found as one.
    giving.board.callOff(flight.jobId).catch(() => undefined);
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
    giving.flights.delete(flight.jobId);
  }
}

/** Waits for the answer and what belongs to it. A change whose objects Redis has lost since was not made. */
async function collect(giving: Giving, flight: Flight, signal: AbortSignal): Promise<Delivered> {
  for (;;) {
    const result = await flight.ended.promise;
    const note = noteOf(result);
    const parcel = note === null ? null : await fetchParcel(giving, note, signal);
    if (note === null || parcel !== null) {
      giving.board.clear(flight.jobId, note).catch(() => undefined);
      return { result, parcel, spent: flight.spent };
    }
    flight.ended = expectation();
    // What was called off meanwhile has ended the expectation before this one.
    signal.throwIfAborted();
    await giveAnew(giving, flight);
  }
}

/** While Redis is away nobody knows whether it has them. */
async function fetchParcel(
  { board, options }: Giving,
  note: ParcelNote,
  signal: AbortSignal,
): Promise<Buffer | null> {
  for (;;) {
    try {
      return await board.parcel(note);
    } catch {
      await options.clock.wait(lookEvery, signal);
    }
  }
}

function noteOf(result: JobResult): ParcelNote | null {
  return result.kind === 'failed' ? result.parcel : (result.change?.parcel ?? null);
}
