import { basename } from 'node:path';
import { Router } from 'express';
import type { CircuitView } from '../../domain/circuit.ts';
import { onlyMethods } from './problem.ts';

export type HealthStatus = 'ok' | 'degraded' | 'down';

/** `processing` holds file names; `uptime` is in seconds. */
export type Health = {
  status: HealthStatus;
  version: string;
  uptime: number;
  ollamaHealthy: boolean;
  queueSize: number;
  queuePending: number;
  processing: readonly string[];
};

/** Whether tickets can be taken now; `reasons` say what is in the way. */
export type Readiness = { ready: boolean; reasons: readonly string[] };

export type OllamaHost = {
  url: string;
  healthy: boolean;
  version: string | null;
  latencyMs: number | null;
  circuit: CircuitView;
  /** Names of the models in its memory. */
  loaded: readonly string[];
};

/** `circuit` is the best host's: what stands between a ticket and a model. */
export type OllamaHealth = {
  status: HealthStatus;
  circuit: CircuitView;
  hosts: readonly OllamaHost[];
  models: readonly string[];
};

export type HealthSources = {
  health(): Promise<Health>;
  readiness(): Promise<Readiness>;
  ollama(): Promise<OllamaHealth>;
};

/** `down` answers 503, so that a supervisor needs no look at the body; `degraded` still does its work and is a 200. */
export function healthRoutes(sources: HealthSources): Router {
  const router = Router();
  router
    .route('/health')
    .get(async (_request, response) => {
      const health = await sources.health();
      response.status(statusCode(health.status)).json(showHealth(health));
    })
    .all(onlyMethods('GET', 'HEAD'));
  router
    .route('/health/live')
    .get((_request, response) => void response.json({ status: 'ok' }))
    .all(onlyMethods('GET', 'HEAD'));
  router
    .route('/health/ready')
    .get(async (_request, response) => {
      const { ready, reasons } = await sources.readiness();
      response.status(ready ? 200 : 503).json({ ready, reasons });
    })
    .all(onlyMethods('GET', 'HEAD'));
  router
    .route('/health/ollama')
    .get(async (_request, response) => {
      const ollama = await sources.ollama();
      response.status(statusCode(ollama.status)).json(showOllama(ollama));
    })
    .all(onlyMethods('GET', 'HEAD'));
  return router;
}

function statusCode(status: HealthStatus): number {
  return status === 'down' ? 503 : 200;
}

// Every member is named, so that nothing a source adds later gets out by itself.

function showHealth(health: Health): Health {
  const { status, version, uptime, ollamaHealthy, queueSize, queuePending, processing } = health;
  const names = processing.map((file) => basename(file));
  return { status, version, uptime, ollamaHealthy, queueSize, queuePending, processing: names };
}

function showOllama({ status, circuit, hosts, models }: OllamaHealth): OllamaHealth {
  return { status, circuit: showCircuit(circuit), hosts: hosts.map(showHost), models };
}

function showHost({ url, healthy, version, latencyMs, circuit, loaded }: OllamaHost): OllamaHost {
  return { url: withoutCredentials(url), healthy, version, latencyMs, circuit: showCircuit(circuit), loaded };
}

function showCircuit({ state, failures, openedAt, nextAttemptAt }: CircuitView): CircuitView {
  return { state, failures, openedAt, nextAttemptAt };
}

function withoutCredentials(url: string): string {
  if (!URL.canParse(url)) return 'invalid';
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
