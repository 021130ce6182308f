import { Failure } from './failure.ts';
import type { Spent } from './run.ts';
import type { Budget } from './ticket.ts';

/** What a ticket has used before the run that is planned; `attempts` counts this one. */
export type Used = { spent: Spent; attempts: number };

/** What one run may still use; null: no limit. */
export type Allowance = { minutes: number | null; tokens: number | null };

/** The lower of two limits counts, key by key: a ticket may lower what the config allows, never raise it. */
export function tighten(limits: Partial<Budget>, wished: Partial<Budget> = {}): Partial<Budget> {
  const keys = ['usd', 'tokens', 'minutes', 'attempts'] as const;
  return Object.fromEntries(
    keys.flatMap((key) => {
      const values = [limits[key], wished[key]].filter((value) => value !== undefined);
      return values.length === 0 ? [] : [[key, Math.min(...values)]];
    }),
  );
}

/** What is left of a ticket's budget, or `BUDGET_EXCEEDED` when one part of it is used up. */
export function allow(budget: Partial<Budget>, { spent, attempts }: Used): Allowance | Failure {
  const tokens = spent.input + spent.output;
  const used: [keyof Budget, number, string][] = [
    ['attempts', attempts - 1, 'runs'],
    ['tokens', tokens, 'tokens'],
    ['minutes', spent.minutes, 'minutes'],
    ['usd', spent.usd, 'US dollars'],
  ];
  for (const [key, amount, unit] of used) {
    const limit = budget[key];
    if (limit !== undefined && amount >= limit && amount > 0)
      return new Failure('BUDGET_EXCEEDED', `The ticket has used ${round(amount)} of ${limit} ${unit}.`);
  }
  return {
    minutes: budget.minutes === undefined ? null : budget.minutes - spent.minutes,
    tokens: budget.tokens === undefined ? null : budget.tokens - tokens,
  };
}

function round(amount: number): number {
  return Math.round(amount * 100) / 100;
}
