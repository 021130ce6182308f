import { basename } from 'node:path';
import type { Route } from '../route.ts';
import { defineRoute } from '../route.ts';
import { healthShape, liveShape, ollamaShape, readinessShape } from '../shapes/health.ts';
import type { Health, OllamaHealth, Readiness } from '../shapes/health.ts';

export type HealthSource = {
  health(): Promise<Health>;
  readiness(): Promise<Readiness>;
  ollama(): Promise<OllamaHealth>;
};

/**
 * `down` answers 503, so that a supervisor needs no look at the body; `degraded` still does its work and is a 200.
 * What goes out has the members of its shape and no others: nothing that a source adds later gets out by itself.
 */
export function healthRoutes(source: HealthSource): Route[] {
  const asked = { method: 'get', access: 'everyone' } as const;
  return [
    defineRoute({
      ...asked,
      path: '/health',
      name: 'health',
      summary: 'How the daemon is.',
      answers: { 200: { shape: healthShape }, 503: { shape: healthShape } },
      async handle(_asked, response) {
        const health = healthShape.schema.parse(await source.health());
        const processing = health.processing.map((file) => basename(file));
        response.status(statusOf(health)).json({ ...health, processing });
      },
    }),
    defineRoute({
      ...asked,
      path: '/health/live',
      name: 'live',
      summary: 'Whether the process answers.',
      answers: { 200: { shape: liveShape } },
      handle: (_asked, response) => void response.json({ status: 'ok' }),
    }),
    defineRoute({
      ...asked,
      path: '/health/ready',
      name: 'ready',
      summary: 'Whether tickets can be taken now.',
      answers: { 200: { shape: readinessShape }, 503: { shape: readinessShape } },
      async handle(_asked, response) {
        const readiness = readinessShape.schema.parse(await source.readiness());
        response.status(readiness.ready ? 200 : 503).json(readiness);
      },
    }),
    defineRoute({
      ...asked,
      path: '/health/ollama',
      name: 'ollama',
      summary: 'How the model servers are.',
      answers: { 200: { shape: ollamaShape }, 503: { shape: ollamaShape } },
      async handle(_asked, response) {
        const ollama = ollamaShape.schema.parse(await source.ollama());
        const hosts = ollama.hosts.map((host) => ({ ...host, url: withoutCredentials(host.url) }));
        response.status(statusOf(ollama)).json({ ...ollama, hosts });
      },
    }),
  ];
}

function statusOf({ status }: Pick<Health, 'status'>): number {
  return status === 'down' ? 503 : 200;
}

function withoutCredentials(url: string): string {
  if (!URL.canParse(url)) return 'invalid';
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
