import type { Advice, ModelRecord } from '../domain/advise-models.ts';
import type { CacheFigures, Cost, CostReport } from '../domain/costs.ts';
import { forLine } from '../domain/untrusted.ts';
import type { Paint } from './output.ts';

const mostRows = 10;
const mostDays = 14;

export function costLines(report: CostReport, paint: Paint): string[] {
  const { total, today, models, providers, tickets, days, since } = report;
  if (total.requests === 0) return ['Nothing was asked of a model yet.', ...budgetLines(report, paint)];
  const from = since === null ? 'so far' : `since ${since.slice(0, 10)}`;
  const { dayUsd, monthUsd } = report.projection;
  return [
    `${paint('strong', from.padEnd(16))}  ${amounts(total)}`,
    `${'today'.padEnd(16)}  ${amounts(today)}`,
    `${'as of late'.padEnd(16)}  ${usd(dayUsd)} a day, ${usd(monthUsd)} in thirty days`,
    ...budgetLines(report, paint),
    ...table('models', named(models, 'model'), paint),
    ...(providers.length > 1 ? table('providers', named(providers, 'provider'), paint) : []),
    ...table(
      'tickets',
      tickets.map((each) => ({ ...each, name: each.id ?? each.key.slice(0, 8) })),
      paint,
    ),
    ...table('days', named(days.slice(-mostDays), 'date'), paint, mostDays),
    ...cacheLines(report.cache, paint),
    ...adviceLines(report.advice, paint),
  ];
}

function budgetLines({ budget }: CostReport, paint: Paint): string[] {
  const { perDayUsd, spentTodayUsd, perTicketUsd } = budget;
  const lines: string[] = [];
  if (perDayUsd !== null) {
    const isSpent = spentTodayUsd >= perDayUsd;
    const left = isSpent
      ? paint('bad', 'spent: models that cost money are asked again tomorrow (UTC)')
      : `${usd(perDayUsd - spentTodayUsd)} left`;
    lines.push(`${'budget of a day'.padEnd(16)}  ${usd(spentTodayUsd)} of ${usd(perDayUsd)}, ${left}`);
  }
  if (perTicketUsd !== null) lines.push(`${'of a ticket'.padEnd(16)}  ${usd(perTicketUsd)}`);
  return lines;
}

type Row = Cost & { name: string };

function named<Key extends string>(rows: (Cost & Record<Key, string>)[], key: Key): Row[] {
  return rows.map((row) => ({ ...row, name: row[key] }));
}

function table(title: string, rows: readonly Row[], paint: Paint, most = mostRows): string[] {
  const shown = rows.slice(0, most);
  const width = Math.max(14, ...shown.map(({ name }) => forLine(name, 60).length));
  const more = rows.length - shown.length;
  return [
    '',
    paint('strong', title),
    ...shown.map((row) => `  ${forLine(row.name, 60).padEnd(width)}  ${amounts(row)}`),
    ...(more > 0 ? [paint('dim', `  and ${more} more`)] : []),
  ];
}

function cacheLines(
  { enabled, entries, asked, hits, hitRate, savedInput, savedOutput }: CacheFigures,
  paint: Paint,
): string[] {
  if (asked === 0) return [];
  const share = `${Math.round(hitRate * 100)} % (${hits} of ${asked}) were answered from it`;
  const state = enabled ? `${entries} answers are kept` : 'switched off';
  return [
    '',
    paint('strong', 'kept answers'),
    `  ${state}; ${share}, ${savedInput + savedOutput} tokens spared`,
  ];
}

function adviceLines(advice: readonly Advice[], paint: Paint): string[] {
  if (advice.length === 0) return [];
  return [
    '',
    paint('strong', 'what could be spared'),
    ...advice.map(({ category, dear, cheap, savedUsd }) =>
      forLine(
        `  ${category}: ${cheap.model} did as well (${did(cheap)}) as ${dear.model} (${did(dear)}); with it ${usd(savedUsd)} less`,
        300,
      ),
    ),
  ];
}

function did({ attempts, successes, usd: spent }: ModelRecord): string {
  return `${successes} of ${attempts}, ${usd(spent / attempts)} each`;
}

function amounts({ usd: money, input, output, requests }: Cost): string {
  return `${usd(money).padStart(10)}  ${String(requests).padStart(6)} calls  ${input} tokens read, ${output} written`;
}

/** Small sums would be nothing in cents. */
function usd(amount: number): string {
  return `${amount.toFixed(amount > 0 && amount < 0.1 ? 4 : 2)} USD`;
}
