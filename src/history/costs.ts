import type { Cost, Costs } from '../domain/costs.ts';
import type { Database, Row } from './database.ts';
import { daysUntil } from './days.ts';

const mostTickets = 50;
const projectedFrom = 7;

/** Days are those of UTC. */
export function readCosts(database: Database, since: Date | null, now: Date): Costs {
  const from = since?.toISOString() ?? '';
  const spent = (select: string, rest = ''): Row[] =>
    database.all(
      `SELECT ${select} sum(usd) AS usd, sum(input) AS input, sum(output) AS output, count(*) AS requests
       FROM model_calls WHERE time >= :from ${rest}`,
      { from },
    );
  const grouped = (column: string, order = 'usd DESC, input + output DESC'): Row[] =>
    spent(`${column} AS name,`, `GROUP BY name ORDER BY ${order}`);
  const days = grouped('substr(time, 1, 10)', 'name').map((row) => ({ date: nameOf(row), ...toCost(row) }));
  const tickets = spent(`key AS name, ${lastTask} AS task,`, `GROUP BY name ${dearestFirst}`);
  return {
    since: since?.toISOString() ?? null,
    total: toCost(spent('')[0]),
    today: readDay(database, now.toISOString().slice(0, 10)),
    models: grouped('model').map((row) => ({ model: nameOf(row), ...toCost(row) })),
    providers: grouped(providerOf).map((row) => ({ provider: nameOf(row), ...toCost(row) })),
    days,
    tickets: tickets.map((row) => ({
      key: nameOf(row),
      id: row['task'] === null ? null : String(row['task']),
      ...toCost(row),
    })),
    projection: project(database, now),
  };
}

const dearestFirst = `ORDER BY usd DESC, input + output DESC LIMIT ${mostTickets}`;
const lastTask =
  '(SELECT task FROM events WHERE events.key = model_calls.key ORDER BY events.seq DESC LIMIT 1)';
const providerOf = `CASE WHEN instr(model, '/') = 0 THEN 'ollama' ELSE substr(model, 1, instr(model, '/') - 1) END`;

function readDay(database: Database, date: string): Cost {
  const rows = database.all(
    `SELECT sum(usd) AS usd, sum(input) AS input, sum(output) AS output, count(*) AS requests
     FROM model_calls WHERE time >= :date AND time < :end`,
    { date, end: `${date}~` },
  );
  return toCost(rows[0]);
}

function project(database: Database, now: Date): Costs['projection'] {
  const from = daysUntil(now, projectedFrom)[0] ?? '';
  const rows = database.all('SELECT sum(usd) AS usd FROM model_calls WHERE time >= :from', { from });
  const dayUsd = Number(rows[0]?.['usd'] ?? 0) / projectedFrom;
  return { dayUsd, monthUsd: dayUsd * 30 };
}

function toCost(row: Row | undefined): Cost {
  const figure = (name: keyof Cost): number => Number(row?.[name] ?? 0);
  return {
    usd: figure('usd'),
    input: figure('input'),
    output: figure('output'),
    requests: figure('requests'),
  };
}

function nameOf(row: Row): string {
  return String(row['name']);
}
