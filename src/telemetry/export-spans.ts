import type { Attributes, Span, Tracer } from '@opentelemetry/api';
import { ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Event, Observe } from '../domain/event.ts';
import type { Redact } from './redact.ts';
import { remarkOf } from './span-remarks.ts';

export type SpanOptions = {
  /** An address of a collector; spans go to `/v1/traces` below it. */
  endpoint: string;
  serviceName: string;
  version: string;
  /** `name=value,…` as OpenTelemetry writes them; a secret. */
  headers: string | null;
  now: () => Date;
  redact: Redact;
  /** Told once when the collector takes nothing, until it does again. */
  warn: (message: string) => void;
};

export type SpanExport = {
  observe: Observe;
  /** Sends what is left, a few seconds long at most. */
  close(): Promise<void>;
};

type OfRun = Extract<Event, { runId: string }>;
type Run = { ticket: Span; stage: Span | null };

/** Milliseconds that one delivery may take, so also what closing waits for a collector that is silent. */
const patience = 3000;

/** A span for each run of a ticket, below it one for each stage, below that one for each call of a model. */
export function exportSpans(options: SpanOptions): SpanExport {
  const provider = openProvider(options);
  const tracer = provider.getTracer('ticketmill', options.version);
  const runs = new Map<string, Run>();
  return {
    observe(event) {
      if ('runId' in event) follow({ tracer, runs, redact: options.redact }, event, options.now());
    },
    async close() {
      for (const run of runs.values()) endRun(run, options.now());
      await provider.shutdown().catch(() => undefined);
    },
  };
}

type Tracing = { tracer: Tracer; runs: Map<string, Run>; redact: Redact };

function follow({ tracer, runs, redact }: Tracing, event: OfRun, now: Date): void {
  if (event.type === 'ticket:claimed') runs.set(event.runId, beginRun(tracer, event, now));
  const run = runs.get(event.runId);
  if (run === undefined) return;
  switch (event.type) {
    case 'stage:started':
      run.stage?.end(now);
      run.stage = below(tracer, run.ticket, { name: `stage ${event.stage}`, start: now });
      run.stage.setAttribute('ticketmill.stage', event.stage);
      return;
    case 'stage:finished':
      run.stage?.end(now);
      run.stage = null;
      return;
    case 'model:called':
      recordCall(tracer, run, event, now);
      return;
    case 'ticket:settled':
      run.ticket.setAttributes({ 'ticketmill.result': event.to, 'ticketmill.code': event.code ?? '' });
      if (event.to === 'failed') markFailed(run, redact(event.message));
      break;
    case 'ticket:requeued':
      run.ticket.setAttributes({ 'ticketmill.result': 'todo', 'ticketmill.code': event.code });
      break;
    case 'ticket:withdrawn':
      run.ticket.setAttribute('ticketmill.result', 'withdrawn');
      break;
    default: {
      const remark = remarkOf(event);
      if (remark !== null) (run.stage ?? run.ticket).addEvent(event.type, remark, now);
      return;
    }
  }
  endRun(run, now);
  runs.delete(event.runId);
}

function beginRun(tracer: Tracer, event: Extract<OfRun, { type: 'ticket:claimed' }>, now: Date): Run {
  const attributes = {
    'ticketmill.ticket.id': event.taskId,
    'ticketmill.ticket.file': event.file,
    'ticketmill.run.id': event.runId,
    'ticketmill.attempt': event.attempt,
    'ticketmill.queued_ms': event.queuedMs,
  };
  const ticket = tracer.startSpan(`ticket ${event.taskId}`, { startTime: now, attributes }, ROOT_CONTEXT);
  return { ticket, stage: null };
}

/** We learn of a call when it is over; what it took says when it began. */
function recordCall(
  tracer: Tracer,
  { ticket, stage }: Run,
  { model, outcome, elapsedMs, usage, usd }: Extract<OfRun, { type: 'model:called' }>,
  now: Date,
): void {
  const start = new Date(now.getTime() - elapsedMs);
  const span = below(tracer, stage ?? ticket, { name: `chat ${model}`, start });
  span.setAttributes({
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': model,
    'gen_ai.usage.input_tokens': usage.input,
    'gen_ai.usage.output_tokens': usage.output,
    'ticketmill.cost_usd': usd,
  });
  if (outcome !== 'ok') {
    span.setAttribute('error.type', outcome);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end(now);
}

function below(tracer: Tracer, parent: Span, { name, start }: { name: string; start: Date }): Span {
  return tracer.startSpan(name, { startTime: start }, trace.setSpan(ROOT_CONTEXT, parent));
}

function markFailed({ ticket, stage }: Run, message: string): void {
  for (const span of [ticket, stage]) span?.setStatus({ code: SpanStatusCode.ERROR, message });
}

function endRun({ ticket, stage }: Run, now: Date): void {
  stage?.end(now);
  ticket.end(now);
}

function openProvider(options: SpanOptions): TracerProvider {
  const { endpoint, serviceName, version, headers } = options;
  const exporter = new OTLPTraceExporter({
    url: endpoint.endsWith('/v1/traces') ? endpoint : `${endpoint.replace(/\/$/, '')}/v1/traces`,
    headers: readHeaders(headers ?? ''),
    timeoutMillis: patience,
  });
  const attributes: Attributes = { 'service.name': serviceName, 'service.version': version };
  return new TracerProvider({
    resource: resourceFromAttributes(attributes),
    spanLimits: { attributeValueLengthLimit: 500, eventCountLimit: 200 },
    spanProcessors: [
      new BatchSpanProcessor({ exporter: telling(exporter, options), exportTimeoutMillis: patience }),
    ],
  });
}

/** The exporter alone is silent about what it could not deliver. */
function telling(exporter: SpanExporter, { endpoint, warn }: SpanOptions): SpanExporter {
  let isBroken = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.error !== undefined;
        if (failed && !isBroken)
          warn(
            `Traces do not reach ${endpoint}: ${result.error?.message ?? 'no answer'}. Look at telemetry.otlpEndpoint.`,
          );
        isBroken = failed;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}

function readHeaders(text: string): Record<string, string> {
  const pairs = text.split(',').flatMap((pair) => {
    const [, name = '', value = ''] = /^\s*([^=\s]+)\s*=(.*)/s.exec(pair) ?? [];
    return name === '' ? [] : [[name, decodeURIComponent(value.trim())] as const];
  });
  return Object.fromEntries(pairs);
}
