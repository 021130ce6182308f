import { randomUUID } from 'node:crypto';
import { bestCircuit } from '../domain/circuit.ts';
import type { Health, OllamaHealth } from '../http/routes/health.ts';
import type { Stats } from '../http/routes/stats.ts';
import type { Sources } from '../http/server.ts';
import { startServer } from '../http/server.ts';
import type { Running } from './begin-work.ts';
import type { Rooms } from './open-rooms.ts';

import { version } from './version.ts';

export type ServeOptions = { stack: AsyncDisposableStack; warn: (message: string) => void };

/** Starts the server over what the rooms know; returns its address. */
export async function serve(rooms: Rooms, running: Running, { stack, warn }: ServeOptions): Promise<string> {
  const { host, port, allowedHosts } = rooms.loaded.config.server;
  const { log } = rooms.observers;
  const server = await startServer({
    host,
    port,
    allowedHosts,
    sources: sourcesOf(rooms, running),
    newId: randomUUID,
    onError: (error, requestId) =>
      log.write({ level: 'error', component: 'server', message: String(error), requestId }),
    warn,
  });
  stack.defer(() => server.close());
  return server.url;
}

function sourcesOf(rooms: Rooms, running: Running): Sources {
  const { observers } = rooms;
  return {
    health: () => health(rooms, running),
    async readiness() {
      const reasons = await whyNotReady(rooms, running);
      return { ready: reasons.length === 0, reasons };
    },
    ollama: () => ollama(rooms),
    stats: () => stats(rooms, running),
    async metrics() {
      const tickets = await rooms.story.store.counts();
      const circuits = rooms.models.circuits();
      observers.metrics.setGauges({ tickets, queueDepth: queueDepth(running), circuits });
      return { text: await observers.metrics.text(), contentType: observers.metrics.contentType };
    },
  };
}

const never = new AbortController().signal;

async function isOllamaHealthy({ servers }: Rooms): Promise<boolean> {
  return (await servers.health(never)).some((host) => host.healthy);
}

async function health(rooms: Rooms, running: Running): Promise<Health> {
  const ollamaHealthy = await isOllamaHealthy(rooms);
  const { decided } = running.queue.view();
  return {
    status: ollamaHealthy ? 'ok' : 'degraded',
    version,
    uptime: uptime(rooms, running),
    ollamaHealthy,
    queueSize: decided.length,
    queuePending: queueDepth(running),
    processing: rooms.observers.runs.running().map((run) => run.file),
  };
}

async function whyNotReady(rooms: Rooms, running: Running): Promise<string[]> {
  const reasons: string[] = [];
  if (running.isStopping()) reasons.push('the daemon is stopping');
  if (await rooms.pause.isOn()) reasons.push('the work is paused');
  const outage = await rooms.servers.outage(never);
  if (outage !== null) reasons.push(outage.message);
  return reasons;
}

async function ollama({ servers, models }: Rooms): Promise<OllamaHealth> {
  const hosts = await servers.health(never);
  const isUp = hosts.some((host) => host.healthy);
  const loaded = isUp ? await models.loaded(never).catch(() => []) : [];
  return {
    status: isUp ? (hosts.every((host) => host.healthy) ? 'ok' : 'degraded') : 'down',
    circuit: bestCircuit(hosts.map(({ circuit }) => circuit)),
    hosts: hosts.map(({ url, healthy, version: of, latencyMs, circuit }) => ({
      url,
      healthy,
      version: of,
      latencyMs,
      circuit,
      loaded: loaded.filter((model) => model.host === url).map(({ id }) => id),
    })),
    models: models.known().map(({ id }) => id),
  };
}

async function stats(rooms: Rooms, running: Running): Promise<Stats> {
  const ollamaHealthy = await isOllamaHealthy(rooms);
  const system = { uptime: uptime(rooms, running), ollamaHealthy, queueDepth: queueDepth(running) };
  return { system, ...rooms.observers.statistics.summary() };
}

function uptime({ clock }: Rooms, { startedAt }: Running): number {
  return Math.round((clock.monotonic() - startedAt) / 1000);
}

/** Tickets that could be taken now, were there a place. */
function queueDepth({ queue }: Running): number {
  return queue.view().decided.filter(({ admission }) => admission.verdict === 'ready').length;
}
