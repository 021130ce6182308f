import { Redis } from 'ioredis';
import { Failure } from '../domain/failure.ts';

export type RedisAddress = {
  /** `redis://host:port/db`, `rediss://…` with TLS, or `unix:/path/of/socket`; never with a password in it. */
  url: string;
  password: string | null;
};

type Place = { path: string } | { host: string; port: number; username?: string; db?: number; tls?: object };
type Connection = Place & {
  password?: string;
  maxRetriesPerRequest: null;
  retryStrategy: (times: number) => number;
};

/** Longest time between two tries to connect, and for one command, in milliseconds. */
const longestPause = 5000;
export const commandLimit = 10_000;

/** For the library of the queue, which opens connections of its own and asks again for ever. */
export function redisOptions({ url, password }: RedisAddress): Connection {
  return {
    ...placeOf(url),
    ...(password === null ? {} : { password }),
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(200 * times, longestPause),
  };
}

/** A connection for commands of ours: it says at once what cannot be done, and connects again by itself. */
export function openRedis(address: RedisAddress): Redis {
  const redis = new Redis({
    ...redisOptions(address),
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    commandTimeout: commandLimit,
    connectTimeout: commandLimit,
  });
  // Every command tells of it by failing.
  redis.on('error', () => undefined);
  return redis;
}

/** Resolves once the first connection stands or has failed; never rejects. */
export async function firstTry(redis: Redis): Promise<void> {
  if (redis.status === 'ready') return;
  await new Promise<void>((resolve) => {
    redis.once('ready', resolve);
    redis.once('error', () => resolve());
    redis.once('close', resolve);
  });
}

/** What a command of the queue failed of, as a failure that spends nothing of a ticket. */
export function queueFailure(error: unknown, { url }: Pick<RedisAddress, 'url'>): Failure {
  if (error instanceof Failure) return error;
  const said = error instanceof Error ? error.message : String(error);
  const isRefused = /^(OOM|READONLY|MISCONF|NOAUTH|WRONGPASS|NOPERM|LOADING)\b/.test(said);
  return isRefused
    ? new Failure('QUEUE_REFUSED', `Redis at ${url} takes nothing: ${said}`, { cause: error })
    : new Failure('QUEUE_UNREACHABLE', `Redis at ${url} does not answer: ${said}`, { cause: error });
}

function placeOf(url: string): Place {
  if (url.startsWith('unix:')) return { path: url.replace(/^unix:(\/\/)?/, '') };
  const { protocol, hostname, port, username, pathname } = new URL(url);
  const database = Number(pathname.slice(1));
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? 6379 : Number(port),
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(database > 0 ? { db: database } : {}),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
  };
}
