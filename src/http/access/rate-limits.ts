import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator, MemoryStore, rateLimit } from 'express-rate-limit';
import { sendProblem } from '../routes/problem.ts';

/** Wrong tokens and keys of the last minute, by address. */
export type Attempts = {
  areTooMany(request: Request): Promise<boolean>;
  count(request: Request): Promise<void>;
};

export type RateLimits = {
  reads: RequestHandler;
  writes: RequestHandler;
  attempts: Attempts;
  /** Deliveries of the last minute that were rejected. */
  deliveries: Attempts;
  /** Ends the clocks of the counters. */
  close(): void;
};

/** How often a minute one address may do what. */
export type Rates = { reads: number; writes: number; wrongTokens: number; deliveries: number };

const windowMs = 60_000;

export function openRateLimits({ reads, writes, wrongTokens, deliveries }: Rates): RateLimits {
  const stores = [new MemoryStore(), new MemoryStore(), new MemoryStore(), new MemoryStore()] as const;
  const [readStore, writeStore, attemptStore, deliveryStore] = stores;
  return {
    reads: rateLimit({ ...common, limit: reads, store: readStore }),
    writes: rateLimit({ ...common, limit: writes, store: writeStore }),
    attempts: countAttempts(attemptStore, wrongTokens),
    deliveries: countAttempts(deliveryStore, deliveries),
    close: () => stores.forEach((store) => store.shutdown()),
  };
}

function countAttempts(store: MemoryStore, limit: number): Attempts {
  const counter = rateLimit({ ...common, limit, store });
  return {
    areTooMany: async (request) => ((await counter.getKey(keyOf(request)))?.totalHits ?? 0) >= limit,
    async count(request) {
      await store.increment(keyOf(request));
    },
  };
}

const common = {
  windowMs,
  keyGenerator: keyOf,
  standardHeaders: 'draft-8',
  legacyHeaders: false,
  // Headers of proxies are not believed here, so that there are some is no mistake.
  validate: false,
  handler: ((_request, response) => {
    sendProblem(response, {
      status: 429,
      detail: 'Too many requests came from this address. Wait a minute.',
    });
  }) satisfies RequestHandler,
} as const;

function keyOf(request: Request): string {
  return ipKeyGenerator(request.socket.remoteAddress ?? 'none');
}
