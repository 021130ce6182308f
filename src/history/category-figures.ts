import type { CategoryFigures } from '../domain/command.ts';
import type { Database } from './database.ts';

/** How each model did at each kind of work, what that used, and how long its requests lasted. */
export function readCategoryFigures(database: Database): CategoryFigures[] {
  return database.all(figures).map((row) => ({
    model: String(row['model']),
    category: String(row['category']),
    attempts: Number(row['attempts']),
    successes: Number(row['successes']),
    tokens: Number(row['tokens']),
    costUsd: Number(row['usd']),
    p50Ms: row['p50'] === null ? null : Number(row['p50']),
    p95Ms: row['p95'] === null ? null : Number(row['p95']),
  }));
}

/** The runs and percentiles of `modelFigures` in statistics.ts. A call is of the kind that its ticket was last taken for. */
const figures = `
  WITH kinds AS (
    SELECT runs.key, routes.category, max(routes.seq)
    FROM runs JOIN routes ON routes.run = runs.run
    GROUP BY runs.key
  ), tries AS (
    SELECT runs.model, coalesce(routes.category, 'general') AS category,
           count(*) AS attempts, sum(state <> 'failed' AND code IS NULL) AS successes
    FROM runs LEFT JOIN routes ON routes.run = runs.run
    WHERE runs.model IS NOT NULL
      AND coalesce(error_type, 'model') NOT IN ('ticket', 'environment', 'internal')
    GROUP BY 1, 2
  ), named AS (
    SELECT model, coalesce(kinds.category, 'general') AS category, elapsed_ms, input + output AS tokens, usd
    FROM model_calls LEFT JOIN kinds ON kinds.key = model_calls.key
  ), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY model, category ORDER BY elapsed_ms) AS rank,
           count(*) OVER (PARTITION BY model, category) AS calls
    FROM named
  ), calls AS (
    SELECT model, category, sum(tokens) AS tokens, sum(usd) AS usd,
           min(CASE WHEN rank * 100 >= calls * 50 THEN elapsed_ms END) AS p50,
           min(CASE WHEN rank * 100 >= calls * 95 THEN elapsed_ms END) AS p95
    FROM ranked
    GROUP BY model, category
  )
  SELECT coalesce(calls.model, tries.model) AS model, coalesce(calls.category, tries.category) AS category,
         coalesce(attempts, 0) AS attempts, coalesce(successes, 0) AS successes,
         p50, p95, coalesce(tokens, 0) AS tokens, coalesce(usd, 0) AS usd
  FROM calls FULL JOIN tries ON calls.model = tries.model AND calls.category = tries.category
  ORDER BY 1, 2`;
