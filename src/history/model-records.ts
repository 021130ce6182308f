import type { ModelRecord } from '../domain/advise-models.ts';
import type { Database } from './database.ts';

/** How each model did at each kind of work since a moment, and what the tickets of that work cost with it. */
export function readModelRecords(database: Database, since: Date | null): ModelRecord[] {
  return database.all(records, { from: since?.toISOString() ?? '' }).map((row) => ({
    category: String(row['category']),
    model: String(row['model']),
    attempts: Number(row['attempts']),
    successes: Number(row['successes']),
    usd: Number(row['usd']),
  }));
}

/** The runs of `modelFigures` in statistics.ts. Calls are known by their ticket, which is of one kind. */
const records = `
  WITH tries AS (
    SELECT runs.key, runs.model, coalesce(routes.category, 'general') AS category,
           count(*) AS attempts, sum(state <> 'failed' AND code IS NULL) AS successes
    FROM runs LEFT JOIN routes ON routes.run = runs.run
    WHERE runs.time >= :from AND runs.model IS NOT NULL
      AND coalesce(error_type, 'model') NOT IN ('ticket', 'environment', 'internal')
    GROUP BY runs.key, runs.model
  ), spent AS (
    SELECT key, model, sum(usd) AS usd FROM model_calls WHERE time >= :from GROUP BY key, model
  )
  SELECT category, tries.model, sum(attempts) AS attempts, sum(successes) AS successes,
         coalesce(sum(usd), 0) AS usd
  FROM tries LEFT JOIN spent ON spent.key = tries.key AND spent.model = tries.model
  GROUP BY category, tries.model
  ORDER BY category, tries.model`;
