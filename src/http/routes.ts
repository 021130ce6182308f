import type { Authority } from './access/authorize.ts';
import { describeApi } from './describe-api.ts';
import type { EventStream } from './events/event-stream.ts';
import type { Attempts } from './access/rate-limits.ts';
import type { Route } from './route.ts';
import { dashboardRoutes } from './routes/dashboard.ts';
import type { DecisionSource } from './routes/decisions.ts';
import { decisionRoutes } from './routes/decisions.ts';
import { eventRoutes } from './routes/events.ts';
import type { FigureSource } from './routes/figures.ts';
import { figureRoutes } from './routes/figures.ts';
import type { HealthSource } from './routes/health.ts';
import { healthRoutes } from './routes/health.ts';
import type { MetricsSource } from './routes/metrics.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { openApiRoutes } from './routes/openapi.ts';
import type { RunSource } from './routes/runs.ts';
import { runRoutes } from './routes/runs.ts';
import { sessionRoutes } from './routes/session.ts';
import type { TicketSource } from './routes/tickets.ts';
import { ticketRoutes } from './routes/tickets.ts';
import type { WebhookSource } from './routes/webhook.ts';
import { webhookRoutes } from './routes/webhook.ts';

/** What the routes tell and do; small functions, so that no route knows what is behind it. */
export type Sources = HealthSource & MetricsSource & FigureSource & TicketSource & DecisionSource & RunSource;

/** Everything the server can be asked; the description of the API is made of the same list. */
export function allRoutes(
  sources: Sources,
  {
    authority,
    stream,
    version,
    webhook,
    rejected,
  }: {
    authority: Authority;
    stream: EventStream;
    version: string;
    webhook: WebhookSource | null;
    rejected: Attempts;
  },
): Route[] {
  const routes: Route[] = [
    ...healthRoutes(sources),
    ...metricsRoutes(sources),
    ...figureRoutes(sources),
    ...ticketRoutes(sources),
    ...decisionRoutes(sources),
    ...runRoutes(sources),
    ...eventRoutes(stream),
    ...sessionRoutes(authority),
    ...webhookRoutes(webhook, rejected),
    ...dashboardRoutes(),
    ...openApiRoutes(() => describeApi(routes, version)),
  ];
  return routes;
}
