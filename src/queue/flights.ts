import type { Spending } from '../domain/change.ts';
import type { Observe } from '../domain/event.ts';
import type { Failure } from '../domain/failure.ts';
import { priorities } from '../domain/ticket-order.ts';
import type { ChangeOrder, Clock } from '../ports.ts';
import { cleanTexts } from './clean-texts.ts';
import type { JobBoard } from './job-board.ts';
import type { RedisAddress } from './redis.ts';
import type { JobOrder, JobResult, KnownWorker } from './wire.ts';

export type GiveOptions = RedisAddress & {
  /** Who gives: jobs of another one are left alone. */
  coordinator: string;
  version: string;
  clock: Clock;
  observe: Observe;
  /** Takes out of a text what no other machine may know. */
  redact: (text: string) => string;
  /** US dollars that were spent today over all its tickets, wherever they were made. */
  spentToday: () => number;
  /** US dollars that may be; null: no limit. */
  dayLimit: number | null;
};

export type GivenOrder = { repository: string; order: ChangeOrder };

/** The queue at one look; `returned` and `lost` count jobs whose worker fell silent, and those that Redis forgot. */
export type QueueView = {
  isConnected: boolean;
  workers: KnownWorker[];
  waiting: number;
  active: number;
  returned: number;
  lost: number;
};

export type OnSpent = (spent: Spending) => Promise<void>;

/** One change that is being made elsewhere. Its job has another id each time it is given out: that is its epoch. */
export type Flight = {
  given: GivenOrder;
  epoch: number;
  jobId: string;
  /** `refused`: Redis did not take it, and the next look tries again. */
  standing: 'giving' | 'given' | 'refused';
  spent: Spending;
  onSpent: OnSpent;
  ended: PromiseWithResolvers<JobResult>;
};

/** What is given out, and how the queue stood at the last look. */
export type Giving = {
  options: GiveOptions;
  board: JobBoard;
  /** By the id of their jobs. */
  flights: Map<string, Flight>;
  view: QueueView;
  outage: Failure | null;
  workerlessSince: number | null;
};

/** Gives it out under a new id, so that whatever is left of an earlier one ends in nothing. */
export async function give({ board, flights, options }: Giving, flight: Flight): Promise<void> {
  const { coordinator, version, redact, dayLimit } = options;
  const { order, repository } = flight.given;
  flights.delete(flight.jobId);
  flight.epoch += 1;
  flight.jobId = `${order.identity.key.slice(0, 16)}-${order.runId}-${flight.epoch}`;
  flight.standing = 'giving';
  flights.set(flight.jobId, flight);
  const job: JobOrder = { version, coordinator, repository, order, spentBefore: flight.spent, dayLimit };
  try {
    await board.put(flight.jobId, cleanTexts(job, redact), rankOf(order.priority));
    flight.standing = 'given';
  } catch (error) {
    flight.standing = 'refused';
    throw error;
  }
}

/**
 * For a job that Redis has lost; what fails now is tried again by the next look. A worker that still has it is told to
 * end, for nobody would hear what it spends.
 */
export async function giveAnew(giving: Giving, flight: Flight): Promise<void> {
  giving.view.lost += 1;
  giving.board.callOff(flight.jobId).catch(() => undefined);
  await give(giving, flight).catch(() => undefined);
}

/** A rejection that nobody awaits yet is none that nobody foresaw. */
export function expectation(): PromiseWithResolvers<JobResult> {
  const expected = Promise.withResolvers<JobResult>();
  expected.promise.catch(() => undefined);
  return expected;
}

/** From 1, the first; Redis orders by it what waits for a worker. */
function rankOf(priority: string | null | undefined): number {
  const index = priorities.findIndex((known) => known === priority?.toLowerCase());
  return (index === -1 ? priorities.length : index) + 1;
}
