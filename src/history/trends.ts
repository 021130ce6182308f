import type { Database, Row } from './database.ts';
import { daysUntil } from './days.ts';

/** One day of UTC. Rates from 0 to 1; null where nothing can be said. */
export type Day = {
  date: string;
  total: number;
  successful: number;
  failed: number;
  successRate: number | null;
  /** Of runs that did not fail: seconds from the claim to the pull request. */
  medianSeconds: number | null;
  costUsd: number;
  tokens: number;
  /** Failed runs by who can mend them. */
  failures: Record<string, number>;
};

/** `failures`: failed runs of all these days by their code, most first. */
export type Trends = { days: Day[]; failures: { code: string; errorType: string; count: number }[] };

/** How the last days went, today included; days without a run are there too. */
export function readTrends(database: Database, count: number, now: Date): Trends {
  const dates = daysUntil(now, count);
  const from = dates[0] ?? '';
  const runs = byDay(database.all(runsOfDays, { from }));
  const calls = byDay(database.all(callsOfDays, { from }));
  const failed = database.all(failuresOfDays, { from });
  return {
    days: dates.map((date) => {
      const row = runs.get(date);
      const total = Number(row?.['total'] ?? 0);
      const successful = Number(row?.['successful'] ?? 0);
      const median = row?.['median'] ?? null;
      return {
        date,
        total,
        successful,
        failed: total - successful,
        successRate: total === 0 ? null : successful / total,
        medianSeconds: median === null ? null : Number(median) / 1000,
        costUsd: Number(calls.get(date)?.['usd'] ?? 0),
        tokens: Number(calls.get(date)?.['tokens'] ?? 0),
        failures: sumBy(
          failed.filter((each) => each['day'] === date),
          'type',
        ),
      };
    }),
    failures: sumCodes(failed),
  };
}

/** Medians by nearest rank. */
const runsOfDays = `
  WITH ranked AS (
    SELECT substr(time, 1, 10) AS day, state, elapsed_ms,
           row_number() OVER (PARTITION BY substr(time, 1, 10), state = 'failed' ORDER BY elapsed_ms) AS rank,
           count(*) OVER (PARTITION BY substr(time, 1, 10), state = 'failed') AS runs
    FROM runs WHERE time >= :from
  )
  SELECT day, count(*) AS total, sum(state <> 'failed') AS successful,
         min(CASE WHEN state <> 'failed' AND rank * 2 >= runs THEN elapsed_ms END) AS median
  FROM ranked GROUP BY day`;

const callsOfDays = `
  SELECT substr(time, 1, 10) AS day, sum(usd) AS usd, sum(input + output) AS tokens
  FROM model_calls WHERE time >= :from GROUP BY day`;

const failuresOfDays = `
  SELECT substr(time, 1, 10) AS day, coalesce(code, 'INTERNAL') AS code,
         coalesce(error_type, 'internal') AS type, count(*) AS count
  FROM runs WHERE time >= :from AND state = 'failed' GROUP BY day, code, type`;

function byDay(rows: readonly Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [String(row['day']), row]));
}

function sumBy(rows: readonly Row[], column: string): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const row of rows) {
    const name = String(row[column]);
    sums[name] = (sums[name] ?? 0) + Number(row['count']);
  }
  return sums;
}

function sumCodes(rows: readonly Row[]): Trends['failures'] {
  const types = new Map(rows.map((row) => [String(row['code']), String(row['type'])]));
  return Object.entries(sumBy(rows, 'code'))
    .map(([code, count]) => ({ code, errorType: types.get(code) ?? 'internal', count }))
    .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
}
