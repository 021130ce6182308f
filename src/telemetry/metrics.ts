import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { circuitStates } from '../domain/circuit.ts';
import type { CircuitState } from '../domain/circuit.ts';
import type { Event, Observe } from '../domain/event.ts';
import { failureCodes } from '../domain/failure.ts';
import { ticketStates, type TicketState } from '../domain/ticket.ts';
import type { QueueGauges } from './queue-gauges.ts';
import { queueGauges } from './queue-gauges.ts';

/** How things stand at this moment. */
export type Gauges = {
  tickets: Record<TicketState, number>;
  queueDepth: number;
  /** Tickets at work, and how many may be. */
  agents: { working: number; allowed: number };
  /** By the address of a model server. */
  circuits: Record<string, CircuitState>;
  /** Bytes of the disk that a place of ours lies on, by the place's name. */
  disks: Record<string, { free: number; size: number }>;
  /** Absent without other machines. */
  queue?: QueueGauges;
};

export type Metrics = {
  observe: Observe;
  setGauges(gauges: Gauges): void;
  /** A delivery of the forge: names that are not known are counted together. */
  countDelivery(event: string, outcome: string): void;
  /** Prometheus text, to be sent as `contentType`. */
  text(): Promise<string>;
  readonly contentType: string;
};

/** `collectDefault` adds what Node tells of itself: memory, event loop, garbage collection. */
export function createMetrics(options: { collectDefault: boolean }): Metrics {
  const registry = new Registry();
  if (options.collectDefault) collectDefaultMetrics({ register: registry });
  const meters = createMeters(registry);
  const gauges = createGauges(registry);
  const setQueue = queueGauges(registry);
  const modelLabel = boundLabel(mostModels);
  const eventLabel = boundLabel(mostModels);

  return {
    observe: (event) => count(event, meters, modelLabel),
    setGauges({ tickets, queueDepth, agents, circuits, disks, queue }) {
      for (const state of ticketStates) gauges.tickets.set({ state }, tickets[state]);
      gauges.queueDepth.set(queueDepth);
      gauges.agents.set({ state: 'busy' }, agents.working);
      gauges.agents.set({ state: 'free' }, Math.max(0, agents.allowed - agents.working));
      for (const [target, state] of Object.entries(circuits))
        gauges.circuits.set({ target }, circuitStates.indexOf(state));
      for (const [place, { free, size }] of Object.entries(disks)) {
        gauges.diskFree.set({ place }, free);
        gauges.diskSize.set({ place }, size);
      }
      if (queue !== undefined) setQueue(queue);
    },
    countDelivery: (event, outcome) => meters.deliveries.inc({ event: eventLabel(event), outcome }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** Names beyond so many are counted together: a label must never grow with what tickets or servers say. */
const mostModels = 50;

function boundLabel(most: number): (value: string) => string {
  const known = new Set<string>();
  return (value) => {
    if (known.size < most) known.add(value);
    return known.has(value) ? value : 'other';
  };
}

const budgetParts = new Set(['usd', 'tokens', 'minutes', 'attempts']);

const knownCodes = new Set<string>(failureCodes);

function codeLabel(code: string): string {
  return knownCodes.has(code) ? code : 'other';
}

function outcomeLabel(outcome: string): string {
  return outcome === 'ok' || knownCodes.has(outcome) ? outcome : 'other';
}

const seconds = {
  ticket: [1, 5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200],
  stage: [0.1, 0.5, 1, 5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600],
  model: [0.1, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800],
  wait: [0.1, 0.5, 1, 2, 5, 15, 60, 300, 900, 3600, 14400],
};

type Meters = ReturnType<typeof createMeters>;

/** What stands at a moment, looked at when it is asked for. */
function createGauges(registry: Registry) {
  const named = namedIn(registry);
  return {
    tickets: new Gauge({ ...named('tickets', 'Tickets by state'), labelNames: ['state'] }),
    queueDepth: new Gauge(named('queue_depth', 'Tickets that are ready and not yet claimed')),
    agents: new Gauge({
      ...named('agents', 'Tickets that may be at work at the same time now'),
      labelNames: ['state'],
    }),
    diskFree: new Gauge({
      ...named('disk_free_bytes', 'Free on the disk that this place of ours lies on'),
      labelNames: ['place'],
    }),
    diskSize: new Gauge({
      ...named('disk_size_bytes', 'Size of the disk that this place of ours lies on'),
      labelNames: ['place'],
    }),
    circuits: new Gauge({
      ...named('circuit_state', 'Whether calls go through: 0 closed, 1 half-open, 2 open'),
      labelNames: ['target'],
    }),
  };
}

function namedIn(registry: Registry) {
  return (name: string, help: string) => ({ name: `ticketmill_${name}`, help, registers: [registry] });
}

function createMeters(registry: Registry) {
  const named = namedIn(registry);
  return {
    processed: new Counter({
      ...named('tickets_processed_total', 'Runs that ended, by where the ticket went and who can mend it'),
      labelNames: ['result', 'error_type'],
    }),
    ticketDuration: new Histogram({
      ...named('ticket_duration_seconds', 'From the claim of a ticket to its end'),
      buckets: seconds.ticket,
    }),
    stageDuration: new Histogram({
      ...named('stage_duration_seconds', 'Time spent in one stage of a run'),
      labelNames: ['stage'],
      buckets: seconds.stage,
    }),
    queueWait: new Histogram({
      ...named('queue_wait_seconds', 'From the first sight of a ready ticket to its claim'),
      buckets: seconds.wait,
    }),
    modelRequests: new Counter({
      ...named('model_requests_total', 'Requests to a model by how they ended'),
      labelNames: ['model', 'outcome'],
    }),
    modelDuration: new Histogram({
      ...named('model_request_duration_seconds', 'One request to a model, answer included'),
      labelNames: ['model'],
      buckets: seconds.model,
    }),
    modelTokens: new Counter({
      ...named('model_tokens_total', 'Tokens as the model server counted them'),
      labelNames: ['model', 'kind'],
    }),
    modelCost: new Counter({
      ...named('model_cost_usd_total', 'Money spent, in US dollars'),
      labelNames: ['model'],
    }),
    findings: new Counter({
      ...named('review_findings_total', 'Remarks of the reviewer'),
      labelNames: ['severity', 'category'],
    }),
    deliveries: new Counter({
      ...named('webhook_deliveries_total', 'Deliveries of the forge by what came of them'),
      labelNames: ['event', 'outcome'],
    }),
    retries: new Counter({
      ...named('retries_total', 'Calls repeated and tickets put back because of something that passes'),
      labelNames: ['code'],
    }),
    budgetsShort: new Counter({
      ...named('budgets_short_total', 'Budgets that were nearly used up, by what they count'),
      labelNames: ['part'],
    }),
  };
}

function count(event: Event, meters: Meters, modelLabel: (model: string) => string): void {
  switch (event.type) {
    case 'ticket:claimed':
      meters.queueWait.observe(event.queuedMs / 1000);
      return;
    case 'stage:finished':
      meters.stageDuration.observe({ stage: event.stage }, event.elapsedMs / 1000);
      return;
    case 'model:called':
      countModelCall(event, meters, modelLabel(event.model));
      return;
    case 'review:finished':
      for (const { severity, category } of event.findings) meters.findings.inc({ severity, category });
      return;
    case 'budget:short':
      meters.budgetsShort.inc({ part: budgetParts.has(event.part) ? event.part : 'other' });
      return;
    case 'model:retried':
    case 'ticket:requeued':
      meters.retries.inc({ code: codeLabel(event.code) });
      return;
    case 'ticket:settled':
      meters.processed.inc({ result: event.to, error_type: event.errorType ?? 'none' });
      meters.ticketDuration.observe(event.elapsedMs / 1000);
      return;
    default:
      return;
  }
}

function countModelCall(
  event: Extract<Event, { type: 'model:called' }>,
  meters: Meters,
  model: string,
): void {
  meters.modelRequests.inc({ model, outcome: outcomeLabel(event.outcome) });
  // An answer that was kept took no model's time.
  if (event.outcome !== 'cached') meters.modelDuration.observe({ model }, event.elapsedMs / 1000);
  meters.modelTokens.inc({ model, kind: 'input' }, event.usage.input);
  meters.modelTokens.inc({ model, kind: 'output' }, event.usage.output);
  meters.modelCost.inc({ model }, event.usd);
}
