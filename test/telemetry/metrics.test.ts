import { describe, it, expect } from '@jest/globals';
import type { Event } from '../../src/domain/event.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';

const ofTicket = { taskId: '42', runId: 'run', key: 'key' };
const called = (model: string, outcome: string): Event => ({
  type: 'model:called',
  ...ofTicket,
  model,
  outcome,
  elapsedMs: 1500,
  usage: { input: 7, output: 3 },
  usd: 0.25,
});

describe('metrics', () => {
  it('count what events tell', async () => {
    const lines = await linesAfter([
      { type: 'ticket:claimed', ...ofTicket, file: 'a.md', title: 'A', attempt: 1, queuedMs: 2000 },
      { type: 'stage:finished', ...ofTicket, stage: 'code', elapsedMs: 4000 },
      called('ollama/a', 'ok'),
      called('ollama/a', 'MODEL_TIMEOUT'),
      {
        type: 'review:finished',
        ...ofTicket,
        model: 'ollama/b',
        findings: [{ severity: 'HIGH', category: 'bugs', file: 'a.ts', line: 1, message: 'wrong' }],
      },
      { type: 'ticket:requeued', ...ofTicket, code: 'MODEL_UNREACHABLE', message: 'down', waitSeconds: 5 },
      { type: 'budget:short', ...ofTicket, part: 'usd', used: 9, limit: 10 },
      { type: 'budget:short', ...ofTicket, part: 'x', used: 9, limit: 10 },
      settled({ to: 'review' }),
      settled({ to: 'failed', code: 'NO_CHANGES', errorType: 'model' }),
    ]);
    expect(lines).toEqual(
      expect.arrayContaining([
        'ticketmill_queue_wait_seconds_sum 2',
        'ticketmill_stage_duration_seconds_sum{stage="code"} 4',
        'ticketmill_model_requests_total{model="ollama/a",outcome="ok"} 1',
        'ticketmill_model_requests_total{model="ollama/a",outcome="MODEL_TIMEOUT"} 1',
        'ticketmill_model_request_duration_seconds_sum{model="ollama/a"} 3',
        'ticketmill_model_tokens_total{model="ollama/a",kind="input"} 14',
        'ticketmill_model_tokens_total{model="ollama/a",kind="output"} 6',
        'ticketmill_model_cost_usd_total{model="ollama/a"} 0.5',
        'ticketmill_review_findings_total{severity="HIGH",category="bugs"} 1',
        'ticketmill_retries_total{code="MODEL_UNREACHABLE"} 1',
        'ticketmill_budgets_short_total{part="usd"} 1',
        'ticketmill_budgets_short_total{part="other"} 1',
        'ticketmill_tickets_processed_total{result="review",error_type="none"} 1',
        'ticketmill_tickets_processed_total{result="failed",error_type="model"} 1',
        'ticketmill_ticket_duration_seconds_sum 120',
      ]),
    );
  });

  it('show how the backlog stands', async () => {
    const metrics = createMetrics({ collectDefault: false });
    metrics.setGauges({
      circuits: { 'http://a': 'OPEN', 'http://b': 'CLOSED' },
      disks: { state: { free: 10, size: 40 } },
      tickets: { todo: 3, processing: 1, review: 2, done: 5, failed: 0 },
      queueDepth: 2,
      agents: { working: 1, allowed: 3 },
    });
    const text = await metrics.text();
    expect(text).toContain('ticketmill_tickets{state="todo"} 3\n');
    expect(text).toContain('ticketmill_tickets{state="failed"} 0\n');
    expect(text).toContain('ticketmill_circuit_state{target="http://a"} 2\n');
    expect(text).toContain('ticketmill_circuit_state{target="http://b"} 0\n');
    expect(text).toContain('ticketmill_queue_depth 2\n');
    expect(text).toContain('ticketmill_agents{state="busy"} 1\n');
    expect(text).toContain('ticketmill_agents{state="free"} 2\n');
    expect(text).toContain('ticketmill_disk_free_bytes{place="state"} 10\n');
    expect(text).toContain('ticketmill_disk_size_bytes{place="state"} 40\n');
    expect(text).not.toContain('nodejs_');
  });

  it('bring what Node tells when it is wanted, in a registry of their own', async () => {
    createMetrics({ collectDefault: true });
    const metrics = createMetrics({ collectDefault: true });
    expect(await metrics.text()).toContain('process_resident_memory_bytes');
    expect(metrics.contentType).toContain('text/plain');
  });

  it('stay few whatever names and codes come', async () => {
    const hostile = Array.from({ length: 10_000 }, (_, i) => called(`model-${i}\n"} evil{a="`, `code-${i}`));
    const lines = await linesAfter(hostile);
    expect(lines.length).toBeLessThan(2000);
    expect(lines).toContain('ticketmill_model_requests_total{model="other",outcome="other"} 9950');
    expect(lines.filter((line) => line.startsWith('"}'))).toEqual([]);
  });

  it('know no ticket', async () => {
    const text = (await linesAfter([settled({}), called('m', 'ok')])).join('\n');
    expect(text).not.toMatch(/"42"|run"|key"/);
  });

  it('are not moved by what they do not count', async () => {
    const before = await linesAfter([]);
    expect(await linesAfter([{ type: 'daemon:stopped' }])).toEqual(before);
  });
});

async function linesAfter(events: readonly Event[]): Promise<string[]> {
  const metrics = createMetrics({ collectDefault: false });
  for (const event of events) metrics.observe(event);
  return (await metrics.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

function settled(parts: Partial<Extract<Event, { type: 'ticket:settled' }>>): Event {
  return {
    type: 'ticket:settled',
    ...ofTicket,
    file: 'a.md',
    to: 'done',
    code: null,
    errorType: null,
    message: '',
    elapsedMs: 60_000,
    model: null,
    ...parts,
  };
}
