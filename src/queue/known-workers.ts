import type { Redis } from 'ioredis';
import type { KnownWorker } from './wire.ts';
import { keys, parseWorker, wireVersion } from './wire.ts';

/** Seconds after which a worker that does not make itself known counts as gone. */
const lifetime = 30;

/** Makes a worker known, for a while; Redis itself counts the time, so that no two clocks are compared. */
export async function announceWorker(redis: Redis, worker: KnownWorker): Promise<void> {
  await redis.set(keys.worker(worker.id), JSON.stringify(worker), 'EX', lifetime);
  await redis.sadd(keys.workers, worker.id);
}

export async function forgetWorker(redis: Redis, id: string): Promise<void> {
  await redis.del(keys.worker(id));
  await redis.srem(keys.workers, id);
}

/** The workers that live, of whatever version, in the order of their names. */
export async function knownWorkers(redis: Redis): Promise<KnownWorker[]> {
  const ids = (await redis.smembers(keys.workers)).sort();
  if (ids.length === 0) return [];
  const texts = await redis.mget(ids.map((id) => keys.worker(id)));
  const gone = ids.filter((_, index) => texts[index] == null);
  if (gone.length > 0) await redis.srem(keys.workers, ...gone);
  return texts.flatMap((text) => (text == null ? [] : (parseWorker(text) ?? [])));
}

/** Those that speak as we do and take more. */
export function usable(workers: readonly KnownWorker[]): KnownWorker[] {
  return atWork(workers).filter(({ isDraining }) => !isDraining);
}

/** Those that speak as we do, also where they only make to the end what they have. */
export function atWork(workers: readonly KnownWorker[]): KnownWorker[] {
  return workers.filter(({ wire, isDraining, busy }) => wire === wireVersion && (!isDraining || busy > 0));
}
