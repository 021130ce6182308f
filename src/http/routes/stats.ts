import { Router } from 'express';
import { onlyMethods } from './problem.ts';

/** Figures of this moment and of the history. `uptime` and `avgProcessingTime` in seconds, rates from 0 to 1. */
export type Stats = {
  system: { uptime: number; ollamaHealthy: boolean; queueDepth: number };
  processing: {
    total: number;
    successful: number;
    failed: number;
    successRate: number;
    avgProcessingTime: number;
  };
  models: Record<
    string,
    {
      attempts: number;
      successes: number;
      successRate: number;
      p50Ms: number | null;
      p95Ms: number | null;
      tokens: number;
      costUsd: number;
    }
  >;
};

export type StatsSource = { stats(): Promise<Stats> };

export function statsRoute(source: StatsSource): Router {
  const router = Router();
  router
    .route('/api/stats')
    .get(async (_request, response) => void response.json(await source.stats()))
    .all(onlyMethods('GET', 'HEAD'));
  return router;
}
