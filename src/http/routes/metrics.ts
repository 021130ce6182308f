import type { Route } from '../route.ts';
import { defineRoute } from '../route.ts';

export type MetricsSource = {
  metrics(): Promise<{ contentType: string; text: string }>;
};

export function metricsRoutes(source: MetricsSource): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/metrics',
      name: 'metrics',
      summary: 'Figures for Prometheus.',
      access: 'everyone',
      answers: { 200: { content: 'text/plain' } },
      async handle(_asked, response) {
        const { contentType, text } = await source.metrics();
        response.setHeader('content-type', contentType);
        response.end(text);
      },
    }),
  ];
}
