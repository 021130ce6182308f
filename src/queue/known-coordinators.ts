import type { Redis } from 'ioredis';
import { Failure } from '../domain/failure.ts';
import type { Clock } from '../ports.ts';
import type { KnownCoordinator } from './wire.ts';
import { keys, parseCoordinator } from './wire.ts';

/** Seconds after which a coordinator that does not make itself known counts as gone. */
const lifetime = 15;
const askEvery = 1000;
/** Questions in a row that Redis answers with no such coordinator. */
const mostSilent = 60;

/** Redis counts the time, as it does for workers. */
export async function announceCoordinator(redis: Redis, id: string, known: KnownCoordinator): Promise<void> {
  await redis.set(keys.coordinator(id), JSON.stringify(known), 'EX', lifetime);
}

/**
 * US dollars that all workers of a coordinator have spent today. Waits while Redis is away or has forgotten it: what
 * cannot be counted is not spent. Throws `INTERRUPTED` when no coordinator has told it for a minute.
 */
export async function askSpentToday(
  redis: Redis,
  { id, clock }: { id: string; clock: Clock },
  signal: AbortSignal,
): Promise<number> {
  for (let silent = 0; silent < mostSilent;) {
    signal.throwIfAborted();
    const text = await redis.get(keys.coordinator(id)).catch(() => undefined);
    if (typeof text === 'string') return parseCoordinator(text).spentToday;
    if (text === null) silent += 1;
    await clock.wait(askEvery, signal);
  }
  throw new Failure('INTERRUPTED', `No coordinator ${id} tells what was spent today.`);
}
