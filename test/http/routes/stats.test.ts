import { it, expect } from '@jest/globals';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../../src/history/database.ts';
import { migrations } from '../../../src/history/schema.ts';
import { createStatistics } from '../../../src/history/statistics.ts';
import { startTestServer } from '../../support/http-server.ts';

it('GET /api/stats sends the figures of the history', async () => {
  const now = () => new Date('2026-01-02T10:30:00Z');
  const file = join(await mkdtemp(join(tmpdir(), 'stats-')), 'state.db');
  const statistics = createStatistics({
    database: openDatabase({ file, migrations, now }),
    now,
    keepDays: 90,
    keepEvents: 1000,
    redact: (text) => text,
  });
  statistics.observe({
    type: 'model:called',
    taskId: '1',
    runId: 'r',
    key: 'k',
    model: 'ollama/a',
    outcome: 'ok',
    elapsedMs: 20,
    usage: { input: 5, output: 6 },
    usd: 0.25,
  });
  const system = { uptime: 5, ollamaHealthy: true, queueDepth: 0 };
  const server = await startTestServer({ stats: () => Promise.resolve({ system, ...statistics.summary() }) });
  expect(await (await fetch(`${server.url}/api/stats`)).json()).toEqual({
    system,
    processing: { total: 0, successful: 0, failed: 0, successRate: 0, avgProcessingTime: 0 },
    models: {
      'ollama/a': {
        attempts: 0,
        successes: 0,
        successRate: 0,
        p50Ms: 20,
        p95Ms: 20,
        tokens: 11,
        costUsd: 0.25,
      },
    },
  });
  await server.close();
  statistics.close();
});
