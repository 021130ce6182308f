import type { Express } from 'express';
import express from 'express';
import type { Authority } from './access/authorize.ts';
import { onlyReaders, onlyWriters } from './access/authorize.ts';
import { refuseForeignPages } from './access/own-pages.ts';
import type { Rates } from './access/rate-limits.ts';
import { openRateLimits } from './access/rate-limits.ts';
import type { Sessions } from './access/sessions.ts';
import { openSessions } from './access/sessions.ts';
import { allowHosts } from './allow-hosts.ts';
import type { EventSource, StreamLimits } from './events/event-stream.ts';
import { openEventStream } from './events/event-stream.ts';
import { mountRoutes } from './route.ts';
import type { WebhookSource } from './routes/webhook.ts';
import type { Sources } from './routes.ts';
import { allRoutes } from './routes.ts';
import { nameRequests, reportProblems, unknownRoute } from './routes/problem.ts';
import { securityHeaders } from './security-headers.ts';

export type AppOptions = {
  /** Names, besides loopback, under which a browser may reach the server. */
  hostNames: readonly string[];
  sources: Sources;
  events: EventSource;
  /** What takes deliveries of the forge; absent where none are taken. */
  webhook?: WebhookSource | null;
  /** The API token; null when none is set. */
  token: string | null;
  version: string;
  newId: () => string;
  /** Gives texts that nobody can guess. */
  newSecret: () => string;
  /** What went wrong while answering; the client learns the id only. */
  onError: (error: unknown, requestId: string) => void;
  rates?: Rates;
  streams?: StreamLimits;
};

export type App = {
  handle: Express;
  sessions: Sessions;
  /** Ends the streams, which would else never end, and the clocks. */
  close(): void;
};

const usualRates: Rates = { reads: 3000, writes: 300, wrongTokens: 10, deliveries: 60 };
const usualStreams: StreamLimits = { clients: 50, beatMs: 15_000, replay: 5000 };

export function createApp(options: AppOptions): App {
  const limits = openRateLimits(options.rates ?? usualRates);
  const sessions = openSessions(options.newSecret);
  const stream = openEventStream(options.events, options.streams ?? usualStreams);
  const authority: Authority = { token: options.token, sessions, attempts: limits.attempts };
  const gates = {
    everyone: [],
    reader: [refuseForeignPages, limits.reads, onlyReaders(authority)],
    writer: [refuseForeignPages, limits.writes, onlyWriters(authority)],
  };

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(nameRequests(options.newId));
  app.use(securityHeaders());
  app.use(allowHosts(options.hostNames));
  const { version, webhook = null } = options;
  const parts = { authority, stream, version, webhook, rejected: limits.deliveries };
  app.use(mountRoutes(allRoutes(options.sources, parts), gates));
  app.use(unknownRoute);
  app.use(reportProblems(options.onError));
  return {
    handle: app,
    sessions,
    close() {
      stream.close();
      limits.close();
    },
  };
}
