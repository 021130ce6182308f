import type { ModelRecord } from '../domain/advise-models.ts';
import type { CategoryFigures } from '../domain/command.ts';
import type { Costs } from '../domain/costs.ts';
import type { Event, Observe } from '../domain/event.ts';
import { normaliseId } from '../domain/ticket.ts';
import { readCategoryFigures } from './category-figures.ts';
import { readCosts } from './costs.ts';
import type { Database, Row } from './database.ts';
import { readLatencies, type LatencyBand } from './latencies.ts';
import { readModelRecords } from './model-records.ts';
import type { StoredEvent } from './read-events.ts';
import { readEventsAfter, readLastSeq, readTimeline } from './read-events.ts';
import type { RoutingFigures } from './routing-figures.ts';
import { readRoutingFigures, storeGivenUp, storeRoute } from './routing-figures.ts';
import { readTrends, type Trends } from './trends.ts';

export type StatisticsOptions = {
  database: Database;
  now: () => Date;
  /** Everything older is forgotten; all figures are about this window. */
  keepDays: number;
  /** Most events that are kept, however young. */
  keepEvents: number;
  /** Applied to every text before it is stored. */
  redact: (text: string) => string;
};

export type Statistics = {
  observe: Observe;
  summary(): Summary;
  /** The stored events of one ticket, oldest first; `id` is its key or its id, in any spelling. */
  timeline(id: string): StoredEvent[];
  /** At most `most` events, oldest first, of those that came after the event of that number. */
  eventsAfter(seq: number, most: number): StoredEvent[];
  /** The number of the newest event; 0 while there is none. */
  lastSeq(): number;
  costs(since: Date | null): Costs;
  /** How each model did at each kind of work. */
  records(since: Date | null): ModelRecord[];
  /** The same with tokens, money and latencies, for whoever looks at them. */
  categories(): CategoryFigures[];
  trends(days: number): Trends;
  /** Per model, how long its requests lasted. */
  latencies(): Record<string, LatencyBand[]>;
  /** Read anew only after a run was routed or has ended: it is asked for before every run. */
  routing(): RoutingFigures;
  close(): void;
};

export type Summary = {
  /** `total` runs that ended; `successRate` from 0 to 1, 0 while there was none; `avgProcessingTime` in seconds. */
  processing: {
    total: number;
    successful: number;
    failed: number;
    successRate: number;
    avgProcessingTime: number;
  };
  models: Record<string, ModelSummary>;
};

/**
 * `attempts` counts the runs that say something about the model, not those that ended because of the ticket or the
 * surroundings. Latencies are of single requests, in milliseconds; null when there was none.
 */
export type ModelSummary = {
  attempts: number;
  successes: number;
  successRate: number;
  p50Ms: number | null;
  p95Ms: number | null;
  tokens: number;
  costUsd: number;
};

/** How many events pass between two looks at what is too old. */
const pruneEvery = 1000;

/** A projection of events into figures. Deleting its database loses the figures and nothing else. */
export function createStatistics(options: StatisticsOptions): Statistics {
  const { database } = options;
  let untilPrune = 0;
  let routing: RoutingFigures | null = null;

  function observe(event: Event): void {
    if (event.type === 'model:text') return;
    const time = options.now().toISOString();
    database.transaction(() => {
      store(database, event, { time, redact: options.redact });
      if (untilPrune === 0) prune(options);
    });
    untilPrune = untilPrune === 0 ? pruneEvery : untilPrune - 1;
    if (changesRouting.has(event.type)) routing = null;
  }

  return {
    observe,
    summary: () => ({ processing: summariseRuns(database), models: summariseModels(database) }),
    timeline: (id) => readTimeline(database, id),
    eventsAfter: (seq, most) => readEventsAfter(database, seq, most),
    lastSeq: () => readLastSeq(database),
    costs: (since) => readCosts(database, since, options.now()),
    records: (since) => readModelRecords(database, since),
    categories: () => readCategoryFigures(database),
    trends: (days) => readTrends(database, days, options.now()),
    latencies: () => readLatencies(database),
    routing: () => (routing ??= readRoutingFigures(database)),
    close: () => database.close(),
  };
}

const changesRouting = new Set<Event['type']>(['ticket:routed', 'ticket:settled', 'model:replaced']);

type StoredType = Exclude<Event, { type: 'model:text' }>;

function store(
  database: Database,
  event: StoredType,
  { time, redact }: { time: string; redact: (text: string) => string },
): void {
  const ofTicket = 'key' in event;
  database.run(
    'INSERT INTO events (time, type, key, task, payload) VALUES (:time, :type, :key, :task, :payload)',
    {
      time,
      type: event.type,
      key: ofTicket ? event.key : null,
      task: ofTicket ? normaliseId(event.taskId) : null,
      payload: JSON.stringify(event, (_name, value: unknown) =>
        typeof value === 'string' ? redact(value) : value,
      ),
    },
  );
  // What was not asked took no time and cost nothing.
  if (event.type === 'model:called' && event.outcome !== 'cached') storeCall(database, event, time);
  if (event.type === 'ticket:settled') storeRun(database, event, time);
  if (event.type === 'ticket:routed') storeRoute(database, event, time);
  if (event.type === 'model:replaced') storeGivenUp(database, event, time);
}

function storeCall(database: Database, event: Extract<Event, { type: 'model:called' }>, time: string): void {
  database.run(
    `INSERT INTO model_calls (time, key, model, outcome, elapsed_ms, input, output, usd)
     VALUES (:time, :key, :model, :outcome, :elapsed, :input, :output, :usd)`,
    {
      time,
      key: event.key,
      model: event.model,
      outcome: event.outcome,
      elapsed: event.elapsedMs,
      input: event.usage.input,
      output: event.usage.output,
      usd: event.usd,
    },
  );
}

/** A run may settle twice, in `review` and then as a person decides: the last word counts, the time of the work stays. */
function storeRun(database: Database, event: Extract<Event, { type: 'ticket:settled' }>, time: string): void {
  database.run(
    `INSERT INTO runs (run, time, key, state, code, error_type, model, elapsed_ms)
     VALUES (:run, :time, :key, :state, :code, :errorType, :model, :elapsed)
     ON CONFLICT (run) DO UPDATE SET
       time = excluded.time, state = excluded.state, code = excluded.code, error_type = excluded.error_type,
       model = coalesce(excluded.model, model)`,
    {
      run: event.runId,
      time,
      key: event.key,
      state: event.to,
      code: event.code,
      errorType: event.errorType,
      model: event.model,
      elapsed: event.elapsedMs,
    },
  );
}

function prune({ database, now, keepDays, keepEvents }: StatisticsOptions): void {
  const oldest = new Date(now().getTime() - keepDays * 24 * 60 * 60 * 1000).toISOString();
  for (const table of ['events', 'runs', 'model_calls', 'routes', 'given_up']) {
    database.run(`DELETE FROM ${table} WHERE time < :oldest`, { oldest });
  }
  database.run('DELETE FROM events WHERE seq <= (SELECT max(seq) FROM events) - :keepEvents', { keepEvents });
}

function summariseRuns(database: Database): Summary['processing'] {
  const row = database.all(
    `SELECT count(*) AS total, coalesce(sum(state <> 'failed'), 0) AS successful,
            coalesce(avg(elapsed_ms), 0) AS average
     FROM runs`,
  )[0];
  const total = Number(row?.['total']);
  const successful = Number(row?.['successful']);
  return {
    total,
    successful,
    failed: total - successful,
    successRate: rate(successful, total),
    avgProcessingTime: Number(row?.['average']) / 1000,
  };
}

function summariseModels(database: Database): Record<string, ModelSummary> {
  const rows = database.all(modelFigures);
  return Object.fromEntries(rows.map((row) => [String(row['model']), summariseModel(row)]));
}

function summariseModel(row: Row): ModelSummary {
  const attempts = Number(row['attempts']);
  const successes = Number(row['successes']);
  return {
    attempts,
    successes,
    successRate: rate(successes, attempts),
    p50Ms: row['p50'] === null ? null : Number(row['p50']),
    p95Ms: row['p95'] === null ? null : Number(row['p95']),
    tokens: Number(row['tokens']),
    costUsd: Number(row['usd']),
  };
}

function rate(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** Percentiles by nearest rank. A run held for a person counts as tried, and as a success only without a code. */
const modelFigures = `
  WITH tries AS (
    SELECT model, count(*) AS attempts, sum(state <> 'failed' AND code IS NULL) AS successes
    FROM runs
    WHERE model IS NOT NULL AND coalesce(error_type, 'model') NOT IN ('ticket', 'environment', 'internal')
    GROUP BY model
  ), ranked AS (
    SELECT model, elapsed_ms, input + output AS tokens, usd,
           row_number() OVER (PARTITION BY model ORDER BY elapsed_ms) AS rank,
           count(*) OVER (PARTITION BY model) AS calls
    FROM model_calls
  ), calls AS (
    SELECT model, sum(tokens) AS tokens, sum(usd) AS usd,
           min(CASE WHEN rank * 100 >= calls * 50 THEN elapsed_ms END) AS p50,
           min(CASE WHEN rank * 100 >= calls * 95 THEN elapsed_ms END) AS p95
    FROM ranked
    GROUP BY model
  )
  SELECT coalesce(calls.model, tries.model) AS model,
         coalesce(attempts, 0) AS attempts, coalesce(successes, 0) AS successes,
         p50, p95, coalesce(tokens, 0) AS tokens, coalesce(usd, 0) AS usd
  FROM calls FULL JOIN tries ON calls.model = tries.model
  ORDER BY 1`;
