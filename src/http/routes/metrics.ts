import { Router } from 'express';
import { onlyMethods } from './problem.ts';

export type MetricsSource = {
  metrics(): Promise<{ contentType: string; text: string }>;
};

export function metricsRoute(source: MetricsSource): Router {
  const router = Router();
  router
    .route('/metrics')
    .get(async (_request, response) => {
      const { contentType, text } = await source.metrics();
      response.setHeader('content-type', contentType);
      response.end(text);
    })
    .all(onlyMethods('GET', 'HEAD'));
  return router;
}
