import type { Event } from '../domain/event.ts';
import { failureCodes, describeFailure } from '../domain/failure.ts';
import type { Category } from '../domain/routing/classification.ts';
import { categories } from '../domain/routing/classification.ts';
import type { LabelVotes } from '../domain/routing/classify-ticket.ts';
import type { ModelKnowledge, Tries } from '../domain/routing/known-model.ts';
import type { Database, Row } from './database.ts';

/** What the past says about whom to give the next ticket to. */
export type RoutingFigures = {
  /** Runs that were routed so far. */
  turn: number;
  votes: LabelVotes;
  models: Record<string, Pick<ModelKnowledge, 'attempts' | 'successes' | 'byCategory' | 'p50Ms'>>;
};

type Routed = Extract<Event, { type: 'ticket:routed' }>;
type Replaced = Extract<Event, { type: 'model:replaced' }>;

export function storeRoute(database: Database, event: Routed, time: string): void {
  const { runId: run, category, complexity, by, labels } = event;
  database.run(
    `INSERT INTO routes (run, time, category, complexity, found_by, labels)
     VALUES (:run, :time, :category, :complexity, :by, :labels)
     ON CONFLICT (run) DO UPDATE SET category = excluded.category, complexity = excluded.complexity,
       found_by = excluded.found_by`,
    {
      run,
      time,
      category,
      complexity,
      by,
      labels: JSON.stringify(labels.map((label) => label.toLowerCase())),
    },
  );
}

/** A model that gave way within a run has failed at it, unless only its server was to blame. */
export function storeGivenUp(database: Database, event: Replaced, time: string): void {
  const code = failureCodes.find((known) => known === event.code);
  if (code === undefined || !isBlame(describeFailure(code).errorType)) return;
  database.run('INSERT INTO given_up (run, time, model, code) VALUES (:run, :time, :model, :code)', {
    run: event.runId,
    time,
    model: event.from,
    code,
  });
}

function isBlame(errorType: string): boolean {
  return errorType === 'model' || errorType === 'policy';
}

export function readRoutingFigures(database: Database): RoutingFigures {
  const turn = Number(database.all('SELECT coalesce(max(seq), 0) AS turn FROM routes')[0]?.['turn'] ?? 0);
  const models: RoutingFigures['models'] = {};
  for (const row of database.all(triesByCategory)) addTries(models, row, database);
  return { turn, votes: readVotes(database), models };
}

function addTries(models: RoutingFigures['models'], row: Row, database: Database): void {
  const model = String(row['model']);
  const tries: Tries = { attempts: Number(row['attempts']), successes: Number(row['successes']) };
  const category = categories.find((known) => known === row['category']);
  const sum = (models[model] ??= {
    attempts: 0,
    successes: 0,
    byCategory: {},
    p50Ms: medianOf(database, model),
  });
  sum.attempts += tries.attempts;
  sum.successes += tries.successes;
  if (category !== undefined) sum.byCategory[category] = tries;
}

/** Of answers, not of refusals, which are fast. */
function medianOf(database: Database, model: string): number | null {
  const of = 'FROM model_calls WHERE model = :model AND output > 0';
  const calls = Number(database.all(`SELECT count(*) AS calls ${of}`, { model })[0]?.['calls'] ?? 0);
  if (calls === 0) return null;
  const half = Math.floor((calls - 1) / 2);
  const [row] = database.all(`SELECT elapsed_ms ${of} ORDER BY elapsed_ms LIMIT 1 OFFSET :half`, {
    model,
    half,
  });
  return row === undefined ? null : Number(row['elapsed_ms']);
}

function readVotes(database: Database): LabelVotes {
  const votes: Record<string, Partial<Record<Category, number>>> = {};
  for (const row of database.all(votesByLabel)) {
    const category = categories.find((known) => known === row['category']);
    if (category === undefined) continue;
    const label = String(row['label']);
    votes[label] = { ...votes[label], [category]: Number(row['votes']) };
  }
  return votes;
}

/** The runs of `modelFigures` in statistics.ts, and besides those whose model gave way to another. */
const triesByCategory = `
  SELECT model, category, count(*) AS attempts, sum(success) AS successes FROM (
    SELECT runs.model, routes.category, (state <> 'failed' AND code IS NULL) AS success
    FROM runs LEFT JOIN routes ON routes.run = runs.run
    WHERE runs.model IS NOT NULL AND coalesce(error_type, 'model') NOT IN ('ticket', 'environment', 'internal')
    UNION ALL
    SELECT given_up.model, routes.category, 0
    FROM given_up LEFT JOIN routes ON routes.run = given_up.run
  )
  GROUP BY model, category`;

/** What was itself learned from labels, or not found out at all, says nothing about labels. */
const votesByLabel = `
  SELECT value AS label, category, count(*) AS votes
  FROM routes, json_each(routes.labels)
  WHERE found_by NOT IN ('default', 'history')
  GROUP BY label, category`;
