import type { Database } from './database.ts';

/** Upper ends of the bands, in milliseconds; the last band has none. */
const bounds = [500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000];

/** How many requests lasted up to `upToMs` and longer than the band before; null: without an end. */
export type LatencyBand = { upToMs: number | null; count: number };

/** Per model, how long its requests lasted. */
export function readLatencies(database: Database): Record<string, LatencyBand[]> {
  const band = bounds.map((bound) => `(elapsed_ms > ${bound})`).join(' + ');
  const rows = database.all(
    `SELECT model, ${band} AS band, count(*) AS count FROM model_calls GROUP BY model, band`,
  );
  const counts = new Map<string, number[]>();
  for (const row of rows) {
    const model = String(row['model']);
    const ofModel = counts.get(model) ?? new Array<number>(bounds.length + 1).fill(0);
    ofModel[Number(row['band'])] = Number(row['count']);
    counts.set(model, ofModel);
  }
  return Object.fromEntries(
    [...counts].map(([model, ofModel]) => [
      model,
      ofModel.map((count, index) => ({ upToMs: bounds[index] ?? null, count })),
    ]),
  );
}
