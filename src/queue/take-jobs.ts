import type { Job } from 'bullmq';
import { WaitingError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { createHash, randomUUID } from 'node:crypto';
import type { Spending } from '../domain/change.ts';
import type { Event } from '../domain/event.ts';
import { Failure } from '../domain/failure.ts';
import type { Clock } from '../ports.ts';
import { cleanTexts } from './clean-texts.ts';
import { askSpentToday } from './known-coordinators.ts';
import { announceWorker, forgetWorker } from './known-workers.ts';
import type { Outbox } from './outbox.ts';
import { openOutbox, spentSoFar } from './outbox.ts';
import type { RedisAddress } from './redis.ts';
import { firstTry, openRedis, queueFailure, redisOptions } from './redis.ts';
import type { JobOrder, JobResult } from './wire.ts';
import { keptSeconds, keys, lockDuration, queueName, stalledInterval, wireVersion } from './wire.ts';

export type TakeOptions = RedisAddress & {
  /** Its name among the workers, unique while it lives. */
  id: string;
  host: string;
  version: string;
  /** Changes that it makes at the same time. */
  slots: number;
  clock: Clock;
  /** Makes a change. Never throws. */
  make: (job: TakenJob, signal: AbortSignal) => Promise<JobResult>;
  /** Takes out of a text what no other machine may know. */
  redact: (text: string) => string;
  /** Told once when Redis cannot be used, and once when it can again: null. */
  onOutage: (outage: Failure | null) => void;
};

/** `spentBefore` is what every worker before this one has used on it. */
export type TakenJob = JobOrder & {
  id: string;
  /** US dollars, over all workers of the coordinator; waits for as long as nobody can say. */
  spentToday: (signal: AbortSignal) => Promise<number>;
  onSpent: (spent: Spending) => Promise<void>;
  observe: (event: Event) => void;
  /** Puts the objects of a change where the coordinator fetches them; keeps trying while Redis is away. */
  deliver: (bytes: Buffer) => Promise<{ key: string; sha256: string }>;
};

export interface JobTaker {
  /** Takes nothing more; resolves when what it has is made and sent. */
  drain(): Promise<undefined>;
  /** Gives back what it has, for another worker. */
  giveBack(): void;
}

/** Milliseconds between two tellings to the coordinators, and two questions whether a job is called off. */
const tellEvery = 500;
const announceEvery = 10_000;
const retryEvery = 1000;

const calledOff = new Failure('CANCELLED', 'The coordinator called it off.');
const lockLost = new Failure('INTERRUPTED', 'The job was given to another worker meanwhile.');
const givenBack = new Failure('INTERRUPTED', 'The worker was told to end at once.');

type AtWork = { id: string; controller: AbortController; outbox: Outbox; ended: Promise<unknown> };

type Taking = {
  options: TakeOptions;
  redis: Redis;
  /** By the keys of their tickets. */
  atWork: Map<string, AtWork>;
  isDraining: boolean;
  outage: Failure | null;
};

/** Takes jobs until it is drained. Redis may be away at any time: it waits and goes on. */
export async function takeJobs(options: TakeOptions): Promise<JobTaker> {
  const redis = openRedis(options);
  await firstTry(redis);
  const taking: Taking = { options, redis, atWork: new Map(), isDraining: false, outage: null };
  const worker = new Worker<JobOrder, JobResult>(queueName, (job, token) => carryOut(taking, job, token), {
    connection: redisOptions(options),
    name: options.id,
    concurrency: options.slots,
    lockDuration,
    stalledInterval,
    maxStalledCount: 3,
    // What is pushed while nobody waits is seen at once; this only bounds one silent wait.
    drainDelay: 5,
  });
  // Redis that is away is noticed where we speak to it ourselves.
  worker.on('error', () => undefined);
  worker.on('lockRenewalFailed', (ids) => {
    for (const { id, controller } of taking.atWork.values()) if (ids.includes(id)) controller.abort(lockLost);
  });
  const ending = new AbortController();
  const loops = [
    repeat(taking, tellEvery, tellAndAsk, ending.signal),
    repeat(taking, announceEvery, announce, ending.signal),
  ];
  await announce(taking);
  let draining: Promise<undefined> | null = null;
  return {
    drain: () => (draining ??= drain(taking, worker, () => (ending.abort(), Promise.all(loops)))),
    giveBack() {
      for (const { controller } of taking.atWork.values()) controller.abort(givenBack);
    },
  };
}

async function drain(taking: Taking, worker: Worker, endLoops: () => Promise<unknown>): Promise<undefined> {
  const { redis, options } = taking;
  taking.isDraining = true;
  // Closed before a word to Redis: an open one takes again what it has just given back.
  await Promise.all([worker.close(), announce(taking)]);
  await endLoops();
  await forgetWorker(redis, options.id).catch(() => undefined);
  redis.disconnect();
}

async function carryOut(
  taking: Taking,
  job: Job<JobOrder, JobResult>,
  token: string | undefined,
): Promise<JobResult> {
  const { options, atWork } = taking;
  const id = job.id ?? '';
  const { key } = job.data.order.identity;
  const controller = new AbortController();
  const before = spentSoFar(job.data, job.progress);
  const outbox = openOutbox(before, (progress) => job.updateProgress(cleanTexts(progress, options.redact)));
  const ended = Promise.withResolvers<undefined>();
  const earlier = atWork.get(key);
  const own: AtWork = { id, controller, outbox, ended: ended.promise };
  atWork.set(key, own);
  const { signal } = controller;
  const putBack = async (): Promise<never> => {
    await job.moveToWait(token);
    throw new WaitingError();
  };
  try {
    if (earlier !== undefined) await outlive(earlier);
    if (earlier?.id === id) {
      // The library renews no lock of a job of which an earlier try has just ended.
      await options.clock.wait(retryEvery, signal).catch(() => undefined);
      await putBack();
    }
    const made = await options.make(takenJob(taking, { ...job.data, spentBefore: before }, own), signal);
    if (signal.reason === givenBack) await putBack();
    if (signal.reason === lockLost) throw lockLost;
    await soon(outbox.flush(), options.clock);
    return cleanTexts(made, options.redact);
  } finally {
    if (atWork.get(key) === own) atWork.delete(key);
    ended.resolve(undefined);
  }
}

function takenJob(taking: Taking, order: JobOrder, { id, controller, outbox }: AtWork): TakenJob {
  const { clock } = taking.options;
  return {
    ...order,
    id,
    spentToday: (asking) => askSpentToday(taking.redis, { id: order.coordinator, clock }, asking),
    async onSpent(spent) {
      outbox.spend(spent);
      await soon(outbox.flush(), clock);
    },
    observe: (event) => outbox.add(event),
    deliver: (bytes) => deliver(taking, { id, bytes }, controller.signal),
  };
}

/** Two of one ticket would share a worktree, and nobody waits for the earlier one any more. */
async function outlive({ controller, ended }: AtWork): Promise<void> {
  controller.abort(lockLost);
  await ended;
}

async function deliver(
  { redis, options }: Taking,
  { id, bytes }: { id: string; bytes: Buffer },
  signal: AbortSignal,
): Promise<{ key: string; sha256: string }> {
  const key = keys.parcel(id, randomUUID());
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  for (;;) {
    signal.throwIfAborted();
    try {
      await redis.set(key, bytes, 'EX', keptSeconds);
      return { key, sha256 };
    } catch {
      await options.clock.wait(retryEvery, signal);
    }
  }
}

async function tellAndAsk({ redis, atWork }: Taking): Promise<void> {
  const asked = [...atWork.values()];
  if (asked.length === 0) return;
  for (const { outbox } of asked) void outbox.flush();
  const marks = await redis.mget(asked.map(({ id }) => keys.cancelled(id))).catch(() => []);
  asked.forEach(({ controller }, index) => {
    if (marks[index] != null) controller.abort(calledOff);
  });
}

async function announce(taking: Taking): Promise<void> {
  const { redis, options, atWork, isDraining } = taking;
  const { id, host, version, slots } = options;
  try {
    await announceWorker(redis, {
      id,
      host,
      version,
      wire: wireVersion,
      slots,
      busy: atWork.size,
      isDraining,
    });
    if (taking.outage !== null) options.onOutage(null);
    taking.outage = null;
  } catch (error) {
    if (taking.outage === null) options.onOutage((taking.outage = queueFailure(error, options)));
  }
}

async function repeat(
  taking: Taking,
  every: number,
  act: (taking: Taking) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = taking.options;
  const passes = (): Promise<boolean> =>
    clock.wait(every, signal).then(
      () => true,
      () => false,
    );
  while (await passes()) await act(taking);
}

/** What is told late is told all the same: the work does not wait for a Redis that is away. */
async function soon(telling: Promise<void>, clock: Clock): Promise<void> {
  const told = new AbortController();
  await Promise.race([telling, clock.wait(2000, told.signal).catch(() => undefined)]);
  told.abort();
}
