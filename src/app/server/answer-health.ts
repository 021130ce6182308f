import { bestCircuit } from '../../domain/circuit.ts';
import type { HealthSource } from '../../http/routes/health.ts';
import type { MetricsSource } from '../../http/routes/metrics.ts';
import type { Stats } from '../../http/shapes/figures.ts';
import type { Health, OllamaHealth } from '../../http/shapes/health.ts';
import type { Decided } from '../../pipeline/look-at-tickets.ts';
import { usable } from '../../queue/known-workers.ts';
import type { Gauges } from '../../telemetry/metrics.ts';
import type { Running } from '../begin-work.ts';
import { findOutage } from '../find-outage.ts';
import { measureDisks } from '../measure-disks.ts';
import type { Rooms } from '../open-rooms.ts';
import { version } from '../version.ts';

const never = new AbortController().signal;

/** What the server tells of this moment. */
export function answerHealth(
  rooms: Rooms,
  running: Running,
): HealthSource & MetricsSource & { stats(): Promise<Stats> } {
  const { observers } = rooms;
  return {
    health: () => health(rooms, running),
    async readiness() {
      const reasons = await whyNotReady(rooms, running);
      return { ready: reasons.length === 0, reasons, degraded: rooms.degraded };
    },
    ollama: () => ollama(rooms),
    async stats() {
      const ollamaHealthy = await isOllamaHealthy(rooms);
      const system = { uptime: uptime(rooms, running), ollamaHealthy, queueDepth: queueDepth(running) };
      return { system, ...observers.statistics.summary() };
    },
    async metrics() {
      const tickets = await rooms.story.store.counts();
      const circuits = rooms.models.circuits();
      const disks = await measureDisks(rooms.paths);
      const agents = { working: observers.runs.running().length, allowed: running.places.now() };
      const standing = { tickets, queueDepth: queueDepth(running), agents, circuits, disks };
      observers.metrics.setGauges({ ...standing, ...queueGauges(rooms) });
      return { text: await observers.metrics.text(), contentType: observers.metrics.contentType };
    },
  };
}

async function isOllamaHealthy({ servers }: Rooms): Promise<boolean> {
  return (await servers.health(never)).some((host) => host.healthy);
}

async function health(rooms: Rooms, running: Running): Promise<Health> {
  const ollamaHealthy = await isOllamaHealthy(rooms);
  const isWell = ollamaHealthy && rooms.degraded.length === 0 && (await rooms.disks.outage()) === null;
  const { decided } = running.queue.view();
  return {
    status: isWell ? 'ok' : 'degraded',
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
  const outage = await findOutage(rooms, never);
  if (outage !== null) reasons.push(outage.message);
  return reasons;
}

export async function ollama({ servers, models }: Rooms): Promise<OllamaHealth> {
  const hosts = await servers.health(never);
  const isUp = hosts.some((host) => host.healthy);
  const loaded = isUp ? await models.loaded(never).catch(() => []) : [];
  return {
    status: isUp ? (hosts.every((host) => host.healthy) ? 'ok' : 'degraded') : 'down',
    circuit: bestCircuit(hosts.map(({ circuit }) => circuit)),
    hosts: hosts.map(({ url, healthy, version: of, latencyMs, parallel, circuit }) => ({
      url,
      healthy,
      version: of,
      latencyMs,
      parallel,
      circuit,
      loaded: loaded.filter((model) => model.host === url).map(({ id }) => id),
    })),
    models: models.known().map(({ id }) => id),
  };
}

function queueGauges({ workplace }: Rooms): Pick<Gauges, 'queue'> {
  if (workplace.queue === null) return {};
  const { workers, ...counts } = workplace.queue();
  const takers = usable(workers);
  const busy = workers.reduce((sum, worker) => sum + worker.busy, 0);
  const free = takers.reduce((sum, worker) => sum + Math.max(0, worker.slots - worker.busy), 0);
  return { queue: { ...counts, workers: takers.length, busy, free } };
}

function uptime({ clock }: Rooms, { startedAt }: Running): number {
  return Math.round((clock.monotonic() - startedAt) / 1000);
}

/** Tickets that could be taken now, were there a place; counted once a look, for supervisors ask often. */
function queueDepth({ queue }: Running): number {
  const { decided } = queue.view();
  const known = counted.get(decided);
  if (known !== undefined) return known;
  const ready = decided.filter(({ admission }) => admission.verdict === 'ready').length;
  counted.set(decided, ready);
  return ready;
}

const counted = new WeakMap<readonly Decided[], number>();
