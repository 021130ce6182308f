import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Failure } from '../domain/failure.ts';
import { isLoopback } from './allow-hosts.ts';
import type { App, AppOptions } from './create-app.ts';
import { createApp } from './create-app.ts';
import { followConnections } from './follow-connections.ts';

export type ServerOptions = Omit<AppOptions, 'hostNames'> & {
  host: string;
  /** 0 for any free one. */
  port: number;
  /** Names, besides loopback and `host`, under which a browser may reach the server. */
  allowedHosts: readonly string[];
  warn: (message: string) => void;
};

export type RunningServer = {
  /** With the real port. */
  url: string;
  /** A link that opens a session of the page once; another one after it was used. */
  invitation(): string;
  /** Takes no new connection, lets running requests end for `graceMs`, then cuts them. */
  close(graceMs?: number): Promise<void>;
};

/** Starts the server. Throws `PORT_IN_USE` when another program has the port. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, allowedHosts, token, warn } = options;
  const app = createApp({ ...options, hostNames: [host, ...allowedHosts] });
  const server = createServer(limits, app.handle);
  server.maxRequestsPerSocket = mostRequests;
  server.timeout = idleMs;
  const sockets = followConnections(server, mostConnections);
  try {
    await listen(server, options);
  } catch (error) {
    app.close();
    throw error;
  }
  if (!isLoopback(host)) warn(openToOthers(host, token !== null));
  if (token !== null && token.length < shortToken)
    warn(`TICKETMILL_API_TOKEN has ${token.length} characters and could be guessed; take 32 random ones.`);
  const url = urlOf(server, host);
  return {
    url,
    invitation: () => `${url}/enter?key=${app.sessions.invitation()}`,
    close: (graceMs = 2000) => close(server, { app, sockets, graceMs }),
  };
}

/** Characters below which a token is worth a warning. */
const shortToken = 16;

function openToOthers(host: string, hasToken: boolean): string {
  const api = hasToken
    ? 'its API only with the token.'
    : 'its API nobody but this machine, until TICKETMILL_API_TOKEN is set.';
  return (
    `The server listens on ${host}: everybody who reaches this machine can read health and metrics, ${api} ` +
    'Set `server.host` to 127.0.0.1 unless that is meant.'
  );
}

const mostConnections = 256;

/**
 * Of one connection, which then makes way for another. Against slow and silent clients stand the times below, so this
 * need not be small; at a hundred a monitor spent more on connecting anew than on asking.
 */
const mostRequests = 1000;

/** Milliseconds without a byte after which a connection is cut, whoever keeps silent. */
const idleMs = 300_000;

/** Node's own limits are minutes long; a slow or hoarding client must not keep others out. Milliseconds and bytes. */
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16 * 1024,
};

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

type Closing = { app: App; sockets: ReadonlySet<Socket>; graceMs: number };

async function close(server: Server, { app, sockets, graceMs }: Closing): Promise<void> {
  if (!server.listening) return;
  app.close();
  // A connection that is kept alive would hold the server open after its last answer.
  server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'));
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const sweep = setInterval(() => {
    server.closeIdleConnections();
    // Browsers open connections ahead of their requests; Node takes those for busy.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  }, 50);
  const deadline = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
}
