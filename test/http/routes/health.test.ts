import { describe, it, expect } from '@jest/globals';
import type { CircuitView } from '../../../src/domain/circuit.ts';
import type { Health, OllamaHealth } from '../../../src/http/shapes/health.ts';
import { startTestServer } from '../../support/http-server.ts';

const health: Health = {
  status: 'ok',
  version: '1.2.3',
  uptime: 12,
  ollamaHealthy: false,
  queueSize: 3,
  queuePending: 1,
  processing: ['task-1.md'],
};

describe('GET /health', () => {
  it.each<[Health['status'], number]>([
    ['ok', 200],
    ['degraded', 200],
    ['down', 503],
  ])('%s answers %i', async (status, code) => {
    const answer = await ask('/health', { health: () => Promise.resolve({ ...health, status }) });
    expect(answer).toEqual({ status: code, body: { ...health, status } });
  });

  it('tells file names, not paths, and nothing that was not promised', async () => {
    const more = { ...health, processing: ['/home/me/backlog/processing/a.md'], env: process.env };
    const { body } = await ask('/health', { health: () => Promise.resolve(more) });
    expect(body).toEqual({ ...health, processing: ['a.md'] });
  });
});

it('GET /health/live answers whatever the sources do', async () => {
  const fail = () => Promise.reject(new Error('down'));
  expect(await ask('/health/live', { health: fail, readiness: fail })).toEqual({
    status: 200,
    body: { status: 'ok' },
  });
});

it.each([
  [true, 200],
  [false, 503],
])('GET /health/ready: %s answers %i', async (ready, status) => {
  const reasons = ready ? [] : ['paused'];
  const readiness = { ready, reasons, degraded: ['polling: no events'] };
  const answer = await ask('/health/ready', { readiness: () => Promise.resolve(readiness) });
  expect(answer).toEqual({ status, body: readiness });
});

describe('GET /health/ollama', () => {
  const circuit: CircuitView = { state: 'CLOSED', failures: 0, openedAt: null, nextAttemptAt: null };
  const host = {
    url: 'http://127.0.0.1:11434',
    healthy: true,
    version: '0.9',
    latencyMs: 3,
    parallel: 1,
    circuit,
    loaded: ['a'],
  };

  it('tells hosts and models', async () => {
    const ollama: OllamaHealth = { status: 'down', circuit, hosts: [host], models: ['ollama/a'] };
    expect(await ask('/health/ollama', { ollama: () => Promise.resolve(ollama) })).toEqual({
      status: 503,
      body: { status: 'down', circuit, hosts: [host], models: ['ollama/a'] },
    });
  });

  it.each([
    ['https://me:secret@gpu.example:8443/proxy?key=secret#secret', 'https://gpu.example:8443'],
    ['no url with a secret', 'invalid'],
  ])('leaves credentials out of %s', async (url, shown) => {
    const ollama: OllamaHealth = { status: 'ok', circuit, hosts: [{ ...host, url }], models: [] };
    const { body } = await ask('/health/ollama', { ollama: () => Promise.resolve(ollama) });
    expect(body).toEqual({ status: 'ok', circuit, hosts: [{ ...host, url: shown }], models: [] });
  });
});

async function ask(path: string, sources: Parameters<typeof startTestServer>[0]) {
  const server = await startTestServer(sources);
  try {
    const response = await fetch(server.url + path);
    return { status: response.status, body: await response.json() };
  } finally {
    await server.close();
  }
}
