import { Queue, QueueEvents } from 'bullmq';
import { createHash } from 'node:crypto';
import { announceCoordinator } from './known-coordinators.ts';
import { knownWorkers } from './known-workers.ts';
import type { RedisAddress } from './redis.ts';
import { commandLimit, firstTry, openRedis, queueFailure, redisOptions } from './redis.ts';
import type { JobOrder, KnownCoordinator, KnownWorker, ParcelNote } from './wire.ts';
import { keptSeconds, keys, queueName } from './wire.ts';

/** How a job stands: `lost` when Redis knows nothing of it, `dead` when too many workers fell silent over it. */
export type JobState =
  { kind: 'lost' } | { kind: 'open' } | { kind: 'done'; answer: unknown } | { kind: 'dead'; reason: string };

export type JobListener = {
  /** Something happened to a job that is worth a look. */
  onEnd: (jobId: string) => void;
  /** Its worker fell silent and it is given to another. */
  onReturn: (jobId: string) => void;
  onProgress: (jobId: string, progress: unknown) => void;
};

export type BoardCounts = { workers: KnownWorker[]; waiting: number; active: number };

type JobQueue = Queue<JobOrder, unknown>;

/** What a coordinator does to Redis. Everything but `close` throws `QUEUE_UNREACHABLE` or `QUEUE_REFUSED`. */
export interface JobBoard {
  put(jobId: string, order: JobOrder, priority: number): Promise<void>;
  find(jobId: string): Promise<JobState>;
  /** Takes a job away; the worker that has it ends its work. */
  callOff(jobId: string): Promise<void>;
  /** The objects of a change, whole; null where Redis has lost them. */
  parcel(note: ParcelNote): Promise<Buffer | null>;
  /** Forgets a job that ended, and its objects. */
  clear(jobId: string, note: ParcelNote | null): Promise<void>;
  /** Tells workers what they must know of a coordinator. */
  announce(coordinator: string, known: KnownCoordinator): Promise<void>;
  /** What there is to see; at once, so that a slow Redis is no absent one. */
  count(): Promise<BoardCounts>;
  /** Ids of the jobs of a coordinator that have not ended. */
  openJobs(coordinator: string): Promise<string[]>;
  close(): Promise<void>;
}

/** Resolves once Redis has answered or has failed to; connects again by itself. */
export async function openJobBoard(address: RedisAddress, listener: JobListener): Promise<JobBoard> {
  const redis = openRedis(address);
  await firstTry(redis);
  const queue: JobQueue = new Queue(queueName, { connection: redisOptions(address) });
  queue.on('error', () => undefined);
  const told = listen(address, listener);
  const act = async <T>(command: () => Promise<T>): Promise<T> => {
    try {
      // The library waits for a Redis that is away; we say so. What it does late all the same is found as a stray.
      if (redis.status !== 'ready') throw new Error('there is no connection');
      return await within(commandLimit, command());
    } catch (error) {
      throw queueFailure(error, address);
    }
  };

  return {
    put: (jobId, order, priority) =>
      act(async () => {
        const kept = { age: keptSeconds };
        await queue.add('change', order, { jobId, priority, removeOnComplete: kept, removeOnFail: kept });
      }),
    find: (jobId) => act(() => stateOf(queue, jobId)),
    callOff: (jobId) =>
      act(async () => {
        await redis.set(keys.cancelled(jobId), '1', 'EX', keptSeconds);
        // One that is at work is locked by its worker, which reads what was just written.
        await queue.remove(jobId);
      }),
    parcel: ({ key, sha256 }) =>
      act(async () => {
        const bytes = await redis.getBuffer(key);
        return bytes !== null && createHash('sha256').update(bytes).digest('hex') === sha256 ? bytes : null;
      }),
    clear: (jobId, note) =>
      act(async () => {
        if (note !== null) await redis.del(note.key);
        await queue.remove(jobId);
      }),
    announce: (coordinator, known) => act(() => announceCoordinator(redis, coordinator, known)),
    count: () =>
      act(async () => {
        const counting = queue.getJobCounts('wait', 'prioritized', 'active');
        const [workers, counts] = await Promise.all([knownWorkers(redis), counting]);
        const { wait = 0, prioritized = 0, active = 0 } = counts;
        return { workers, waiting: wait + prioritized, active };
      }),
    openJobs: (coordinator) =>
      act(async () => {
        const jobs = await queue.getJobs(['wait', 'prioritized', 'active']);
        return jobs.flatMap(({ id, data }) => (data.coordinator === coordinator && id ? [id] : []));
      }),
    async close() {
      await Promise.allSettled([told.close(), queue.close()]);
      redis.disconnect();
    },
  };
}

function listen(address: RedisAddress, { onEnd, onReturn, onProgress }: JobListener): QueueEvents {
  const told = new QueueEvents(queueName, { connection: redisOptions(address) });
  told.on('error', () => undefined);
  told.on('completed', ({ jobId }) => onEnd(jobId));
  told.on('failed', ({ jobId }) => onEnd(jobId));
  told.on('stalled', ({ jobId }) => onReturn(jobId));
  told.on('progress', ({ jobId, data }) => onProgress(jobId, data));
  return told;
}

async function stateOf(queue: JobQueue, jobId: string): Promise<JobState> {
  const job = await queue.getJob(jobId);
  if (job === undefined) return { kind: 'lost' };
  if (job.finishedOn === undefined) return { kind: 'open' };
  const answer: unknown = job.returnvalue;
  return answer == null ? { kind: 'dead', reason: job.failedReason } : { kind: 'done', answer };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer in ${ms} ms`)), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
