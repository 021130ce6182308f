import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { Failure } from '../domain/failure.ts';
import { allowHosts, isLoopback } from './allow-hosts.ts';
import { healthRoutes, type HealthSources } from './routes/health.ts';
import { metricsRoute, type MetricsSource } from './routes/metrics.ts';
import { nameRequests, reportProblems, unknownRoute } from './routes/problem.ts';
import { statsRoute, type StatsSource } from './routes/stats.ts';
import { securityHeaders } from './security-headers.ts';

export type ServerOptions = {
  host: string;
  /** 0 for any free one. */
  port: number;
  /** Names, besides loopback and `host`, under which a browser may reach the server. */
  allowedHosts: readonly string[];
  sources: Sources;
  newId: () => string;
  /** What went wrong while answering; the client learns the id only. */
  onError: (error: unknown, requestId: string) => void;
  warn: (message: string) => void;
};

/** What the routes tell; small functions, so that no route knows where it comes from. */
export type Sources = HealthSources & MetricsSource & StatsSource;

export type RunningServer = {
  /** With the real port. */
  url: string;
  /** Takes no new connection, lets running requests end for `graceMs`, then cuts them. */
  close(graceMs?: number): Promise<void>;
};

/** Starts the server. Throws `PORT_IN_USE` when another program has the port. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const server = createServer(limits, createApp(options));
  server.maxConnections = 256;
  server.maxRequestsPerSocket = 100;
  await listen(server, options);
  if (!isLoopback(options.host)) {
    options.warn(
      `The server listens on ${options.host}: everybody who reaches this machine can read it. ` +
        'Set `server.host` to 127.0.0.1 unless that is meant.',
    );
  }
  return { url: urlOf(server, options.host), close: (graceMs = 2000) => close(server, graceMs) };
}

/** Node's own limits are minutes long; a slow or hoarding client must not keep others out. Milliseconds and bytes. */
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16 * 1024,
};

function createApp(options: ServerOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(nameRequests(options.newId));
  app.use(securityHeaders());
  app.use(allowHosts([options.host, ...options.allowedHosts]));
  app.use(healthRoutes(options.sources));
  app.use(metricsRoute(options.sources));
  app.use(statsRoute(options.sources));
  app.use(unknownRoute);
  app.use(reportProblems(options.onError));
  return app;
}

async function listen(server: Server, { host, port, onError }: ServerOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(whyNot(error, host, port)));
    server.listen({ host, port }, resolve);
  });
  // A connection that could not be accepted, out of file handles for one, must not end the process.
  server.removeAllListeners('error').on('error', (error) => onError(error, 'none'));
}

function whyNot(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error;
  return new Failure('PORT_IN_USE', `Port ${port} on ${host} is taken by another program`, { cause: error });
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function close(server: Server, graceMs: number): Promise<void> {
  if (!server.listening) return;
  // A connection that is kept alive would hold the server open after its last answer.
  server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'));
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const deadline = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
}
