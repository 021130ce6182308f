import { describe, expect, it } from '@jest/globals';
import type { Event } from '../../src/domain/event.ts';
import { exportSpans } from '../../src/telemetry/export-spans.ts';
import { manualClock } from '../support/clock.ts';
import { claimed, settled, ticketEvent } from '../support/events.ts';
import type { Letterbox } from '../support/letters.ts';
import { openLetterbox } from '../support/letters.ts';

type Attribute = { key: string; value: Record<string, unknown> };
type OtlpSpan = {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Attribute[];
  events: { name: string; attributes: Attribute[] }[];
  status: { code: number; message?: string };
};

function open(box: Letterbox, { headers = null as string | null, path = '' } = {}) {
  const clock = manualClock();
  const warnings: string[] = [];
  const spans = exportSpans({
    endpoint: box.url + path,
    serviceName: 'mill',
    version: '1.2.3',
    headers,
    now: () => clock.now(),
    redact: (text) => text.replaceAll('hunter2', '[redacted]'),
    warn: (message) => warnings.push(message),
  });
  const tell = async (event: Event, afterMs = 0): Promise<void> => {
    await clock.advance(afterMs);
    spans.observe(event);
  };
  return { spans, tell, warnings };
}

const called = (outcome: string): Event =>
  ticketEvent({
    type: 'model:called',
    model: 'ollama/m',
    outcome,
    elapsedMs: 2000,
    usage: { input: 100, output: 20 },
    usd: 0,
  });

type Sent = {
  resourceSpans: { resource: { attributes: Attribute[] }; scopeSpans: { spans: OtlpSpan[] }[] }[];
};

function read(box: Letterbox): { spans: OtlpSpan[]; resource: Record<string, unknown> } {
  const all = box.letters.flatMap(({ body }) => (JSON.parse(body) as Sent).resourceSpans);
  return {
    spans: all.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    resource: valuesOf(all[0]?.resource.attributes ?? []),
  };
}

function valuesOf(attributes: Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

const tookMs = ({ startTimeUnixNano, endTimeUnixNano }: OtlpSpan): number =>
  Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e6;

describe('spans', () => {
  it('tell of a ticket, its stages and its calls of models, one within the other', async () => {
    await using box = await openLetterbox();
    const { spans, tell, warnings } = open(box, { headers: 'x-team=mill%20one, empty' });
    await tell(called('ok'));
    await tell(claimed);
    await tell(ticketEvent({ type: 'stage:started', stage: 'code' }), 1000);
    await tell(called('ok'), 5000);
    await tell(called('MODEL_TIMEOUT'), 3000);
    await tell(ticketEvent({ type: 'guard:refused', code: 'GUARD_SECRET', path: 'a.ts', reason: 'hunter2' }));
    await tell(ticketEvent({ type: 'stage:finished', stage: 'code', elapsedMs: 8000 }));
    await tell(called('ok'), 2000);
    await tell(settled, 1000);
    await spans.close();

    expect(box.letters[0]).toMatchObject({ path: '/v1/traces', headers: { 'x-team': 'mill one' } });
    const { spans: found, resource } = read(box);
    expect(resource).toEqual({ 'service.name': 'mill', 'service.version': '1.2.3' });
    const byName = new Map(found.map((span) => [span.name, span]));
    const [ticket, stage] = [byName.get('ticket task-1'), byName.get('stage code')];
    const calls = found.filter(({ name }) => name === 'chat ollama/m');
    expect(found).toHaveLength(5);
    expect(new Set(found.map(({ traceId }) => traceId)).size).toBe(1);
    expect(stage?.parentSpanId).toBe(ticket?.spanId);
    expect(calls.map(({ parentSpanId }) => parentSpanId)).toEqual([
      stage?.spanId,
      stage?.spanId,
      ticket?.spanId,
    ]);
    expect(calls.map(tookMs)).toEqual([2000, 2000, 2000]);
    expect(ticket && tookMs(ticket)).toBe(12_000);
    expect(stage && tookMs(stage)).toBe(8000);
    expect(valuesOf(ticket?.attributes ?? [])).toMatchObject({
      'ticketmill.ticket.id': 'task-1',
      'ticketmill.result': 'review',
    });
    expect(valuesOf(calls[0]?.attributes ?? [])).toMatchObject({
      'gen_ai.request.model': 'ollama/m',
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 20,
    });
    expect(calls.map(({ status }) => status.code)).toEqual([0, 2, 0]);
    expect(stage?.events.map(({ name }) => name)).toEqual(['guard:refused']);
    expect(JSON.stringify(found)).not.toContain('hunter2');
    expect(warnings).toEqual([]);
  });

  it('end with their run, however it ends', async () => {
    await using box = await openLetterbox();
    const { spans, tell } = open(box, { path: '/v1/traces' });
    const endings: Event[] = [
      { ...settled, to: 'failed', code: 'NO_CHANGES', message: 'It was hunter2.' } as Event,
      ticketEvent({ type: 'ticket:requeued', code: 'MODEL_UNAVAILABLE', message: '', waitSeconds: 5 }),
      ticketEvent({ type: 'ticket:withdrawn', file: 'task-1.md' }),
    ];
    for (const ending of endings) {
      await tell(claimed);
      await tell(ticketEvent({ type: 'stage:started', stage: 'open' }));
      await tell(ticketEvent({ type: 'stage:started', stage: 'code' }));
      await tell(ending);
      await tell(ending);
    }
    await tell(claimed);
    await spans.close();
    const tickets = read(box).spans.filter(({ name }) => name === 'ticket task-1');
    expect(tickets.map(({ attributes }) => valuesOf(attributes)['ticketmill.result'])).toEqual([
      'failed',
      'todo',
      'withdrawn',
      undefined,
    ]);
    expect(tickets[0]?.status).toEqual({ code: 2, message: 'It was [redacted].' });
    expect(read(box).spans).toHaveLength(10);
  });

  it('that reach nobody are told of once', async () => {
    await using box = await openLetterbox(() => 400);
    const { spans, tell, warnings } = open(box);
    await tell(claimed);
    await tell(settled);
    await spans.close();
    expect(warnings).toEqual([
      expect.stringMatching(/^Traces do not reach http:\/\/127\.0\.0\.1:\d+: .*otlpEndpoint/),
    ]);
  });
});
