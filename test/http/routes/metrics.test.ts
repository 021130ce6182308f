import { it, expect } from '@jest/globals';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { startTestServer } from '../../support/http-server.ts';

it('GET /metrics sends what Prometheus reads', async () => {
  const metrics = createMetrics({ collectDefault: true });
  metrics.setGauges({
    tickets: { todo: 2, processing: 1, review: 0, done: 0, failed: 0 },
    queueDepth: 2,
    agents: { working: 1, allowed: 3 },
    circuits: {},
    disks: {},
  });
  const server = await startTestServer({
    metrics: async () => ({ contentType: metrics.contentType, text: await metrics.text() }),
  });
  const response = await fetch(`${server.url}/metrics`);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await response.text();
  expect(text).toContain('ticketmill_tickets{state="todo"} 2\n');
  expect(text).toContain('nodejs_eventloop_lag_seconds');
  await server.close();
});
