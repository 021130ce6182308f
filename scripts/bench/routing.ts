import { routingSettings } from '../../src/app/models/open-routing.ts';
import { storySettings } from '../../src/app/story-settings.ts';
import { parseTicket } from '../../src/backlog/parse-ticket.ts';
import { configSchema } from '../../src/config/schema.ts';
import { Failure } from '../../src/domain/failure.ts';
import { planRun } from '../../src/domain/plan.ts';
import { categories } from '../../src/domain/routing/classification.ts';
import { strategyNames } from '../../src/domain/routing/strategies.ts';
import type { StrategyName } from '../../src/domain/routing/strategies.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import type { RoutingFigures } from '../../src/history/routing-figures.ts';
import { quantile } from './samples.ts';

/** Microseconds of one decision, over all strategies; `slowest` is the strategy with the largest median. */
export type RoutingCost = { p50Us: number; p99Us: number; slowest: string; slowestP50Us: number };

const models = Array.from({ length: 20 }, (_, at) => `ollama/model-${at}:7b`);
const decisions = 2000;

/** What it takes to decide a run, from the ticket to the plan: pattern, kind of work, model, reviewer, budget. */
export function measureRouting(): RoutingCost {
  const tickets = titles.map(ticketOf);
  const figures = pastOf(models);
  const byStrategy = strategyNames.map((strategy) => ({
    strategy,
    samples: decideAll(strategy, tickets, figures),
  }));
  const all = byStrategy.flatMap(({ samples }) => samples);
  const medians = byStrategy.map(({ strategy, samples }) => ({ strategy, p50: quantile(samples, 0.5) }));
  const [slowest] = medians.toSorted((a, b) => b.p50 - a.p50);
  return {
    p50Us: quantile(all, 0.5),
    p99Us: quantile(all, 0.99),
    slowest: slowest?.strategy ?? '',
    slowestP50Us: slowest?.p50 ?? Number.NaN,
  };
}

function decideAll(strategy: StrategyName, tickets: readonly Ticket[], figures: RoutingFigures): number[] {
  const config = configSchema.parse({ ollama: { availableModels: models }, routing: { strategy } });
  const used = { spent: { input: 0, output: 0, requests: 0, usd: 0, minutes: 0 }, attempts: 1 };
  const samples: number[] = [];
  for (let at = 0; at < decisions; at++) {
    const ticket = tickets[at % tickets.length];
    if (ticket === undefined) break;
    const identity = { key: `key-${at}`, id: `task-${at}`, created: '2026-01-31' };
    const from = performance.now();
    const { plan } = storySettings(config, models[0] ?? null, routingSettings(config, figures, []));
    const planned = planRun(ticket, { identity, used }, plan);
    samples.push((performance.now() - from) * 1000);
    if (planned instanceof Failure) throw planned;
  }
  return samples;
}

/** Mechanical ones, ones whose words tell, and ones that tell nothing. */
const titles = [
  'Rename `getUser` to `fetchUser`',
  'Replace "Sign in" with "Log in"',
  'Bump lodash to 4.17.21',
  'Fix the crash when the list is empty',
  'Add tests for the parser of dates',
  'Document the settings of the server',
  'Refactor the queue into smaller functions',
  'Look into the slow start of the dashboard and make it at least twice as fast',
  'Users want to export their invoices',
  'Hm',
];

function ticketOf(title: string, at: number): Ticket {
  const body = `## Description\n\n${'The customers told us of it, and it should be so soon. '.repeat(20)}\n`;
  const text = `---\nid: task-${at}\ntitle: '${title}'\nstatus: To Do\nlabels: [shop, web]\n---\n\n${body}`;
  const read = parseTicket(Buffer.from(text), `task-${at}.md`);
  if (!read.ok) throw new Error(`the ticket "${title}" of the bench cannot be read`);
  return read.ticket;
}

function pastOf(ids: readonly string[]): RoutingFigures {
  const tries = (at: number) => ({ attempts: 40, successes: 20 + at });
  const byCategory = (at: number): ModelPast['byCategory'] =>
    Object.fromEntries(categories.map((category) => [category, tries(at)]));
  const known = ids.map((id, at): [string, ModelPast] => [
    id,
    { ...tries(at), p50Ms: 1000 + 100 * at, byCategory: byCategory(at) },
  ]);
  const votes = { shop: { coding: 12 }, web: { testing: 3 } };
  return { turn: 800, votes, models: Object.fromEntries(known) };
}

type ModelPast = RoutingFigures['models'][string];
