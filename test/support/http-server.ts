import { bestCircuit } from '../../src/domain/circuit.ts';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Event } from '../../src/domain/event.ts';
import type { AppOptions } from '../../src/http/create-app.ts';
import type { EventSource } from '../../src/http/events/event-stream.ts';
import { startServer, type RunningServer, type ServerOptions } from '../../src/http/server.ts';
import type { Sources } from '../../src/http/routes.ts';
import { Failure } from '../../src/domain/failure.ts';

export type TestServer = RunningServer & { port: number; errors: unknown[]; warnings: string[] };

/** The real server on a free loopback port, over sources that answer for a healthy, idle daemon. */
export async function startTestServer(
  sources: Partial<Sources> = {},
  options: Partial<ServerOptions> = {},
): Promise<TestServer> {
  const errors: unknown[] = [];
  const warnings: string[] = [];
  const server = await startServer({
    ...appOptions(),
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    sources: { ...idle, ...sources },
    onError: (error) => errors.push(error),
    warn: (message) => warnings.push(message),
    ...options,
  });
  return { ...server, port: Number(new URL(server.url).port), errors, warnings };
}

export function appOptions(): AppOptions {
  let requests = 0;
  let secrets = 0;
  return {
    hostNames: [],
    sources: idle,
    events: noEvents,
    token: null,
    version: '1.2.3',
    newId: () => `request-${++requests}`,
    newSecret: () => `secret-${++secrets}`,
    onError: () => undefined,
  };
}

/** Sends bytes as they are and returns all that comes back until the server closes the connection. */
export async function sendRaw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (piece: string) => (answer += piece));
  // A server that has heard enough may reset the connection; what it said until then is the answer.
  socket.on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

/** Sources of a healthy, idle daemon without a ticket. */
const idle: Sources = {
  health: () =>
    Promise.resolve({
      status: 'ok',
      version: '1.2.3',
      uptime: 5,
      ollamaHealthy: true,
      queueSize: 0,
      queuePending: 0,
      processing: [],
    }),
  readiness: () => Promise.resolve({ ready: true, reasons: [], degraded: [] }),
  ollama: () => Promise.resolve({ status: 'ok', circuit: bestCircuit([]), hosts: [], models: [] }),
  metrics: () => Promise.resolve({ contentType: 'text/plain; version=0.0.4', text: 'up 1\n' }),
  stats: () =>
    Promise.resolve({
      system: { uptime: 5, ollamaHealthy: true, queueDepth: 0 },
      processing: { total: 0, successful: 0, failed: 0, successRate: 0, avgProcessingTime: 0 },
      models: {},
    }),
  costs: () => ({
    since: null,
    total: nothing,
    today: nothing,
    models: [],
    providers: [],
    days: [],
    tickets: [],
    projection: { dayUsd: 0, monthUsd: 0 },
    budget: { perDayUsd: null, spentTodayUsd: 0, perTicketUsd: null },
    cache: { enabled: true, entries: 0, asked: 0, hits: 0, hitRate: 0, savedInput: 0, savedOutput: 0 },
    advice: [],
  }),
  trends: () => ({ days: [], failures: [] }),
  models: () => Promise.resolve({ hosts: [], models: [] }),
  failures: () => Promise.resolve({ groups: [] }),
  list: () => Promise.resolve([]),
  summarise: () => [],
  report: notThere,
  diff: notThere,
  explain: notThere,
  add: () => Promise.resolve({ id: 'task-1', file: 'task-1 - A.md' }),
  decide: (_decision, id) => notThere(id),
  reject: notThere,
  retry: notThere,
  transcript: () => Promise.resolve(null),
};

const nothing = { usd: 0, input: 0, output: 0, requests: 0 };

function notThere(id: string): Promise<never> {
  return Promise.reject(new Failure('TICKET_NOT_FOUND', `There is no ticket "${id}".`));
}

const noEvents: EventSource = {
  eventsAfter: () => [],
  lastSeq: () => 0,
  snapshot: () => Promise.resolve({}),
  subscribe: () => () => undefined,
};

/** A history in memory that tells of its events. */
export function eventsInMemory(snapshot: object = {}): EventSource & { happen(event: Event): void } {
  const stored: { seq: number; time: string; event: Event }[] = [];
  const listeners = new Set<(event: Event) => void>();
  return {
    eventsAfter: (seq, most) => stored.filter((each) => each.seq > seq).slice(0, most),
    lastSeq: () => stored.length,
    snapshot: () => Promise.resolve(snapshot),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    happen(event) {
      const seq = stored.length + 1;
      if (event.type !== 'model:text') stored.push({ seq, time: '2026-01-02T10:00:00.000Z', event });
      for (const listener of listeners) listener(event);
    },
  };
}
