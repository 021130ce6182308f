import { Failure } from './failure.ts';
import type { Spent } from './run.ts';
import type { Budget } from './ticket.ts';

/** What a ticket has used before the run that is planned; `attempts` counts this one. */
export type Used = { spent: Spent; attempts: number };

/** What one run may still use; null: no limit. */
export type Allowance = { minutes: number | null; tokens: number | null };

/** A ticket's budget over its whole life, and what was used of it before the run at hand. */
export type LifeBudget = {
  limits: Partial<Budget>;
  used: Used;
  /** Part of a limit, from 0 to 1, at which a person is told. */
  alertAt: number;
};

/** One part of a budget that is nearly used up. */
export type Shortage = { part: keyof Budget; used: number; limit: number };

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
export function allow(budget: Partial<Budget>, used: Used): Allowance | Failure {
  const { spent, attempts } = used;
  // The run at hand is one that may still be made.
  const amounts = { ...amountsOf(used), attempts: attempts - 1 };
  for (const part of parts) {
    const [limit, amount] = [budget[part], amounts[part]];
    if (limit !== undefined && amount >= limit && amount > 0)
      return new Failure(
        'BUDGET_EXCEEDED',
        `The ticket has used ${round(amount)} of ${limit} ${units[part]}.`,
      );
  }
  return {
    minutes: budget.minutes === undefined ? null : budget.minutes - spent.minutes,
    tokens: budget.tokens === undefined ? null : budget.tokens - amounts.tokens,
  };
}

/** The parts of a budget of which a person should know that they are nearly used up. */
export function findShortages({ limits, alertAt }: LifeBudget, used: Used): Shortage[] {
  const amounts = amountsOf(used);
  return parts.flatMap((part) => {
    const limit = limits[part];
    if (limit === undefined || amounts[part] === 0 || amounts[part] < limit * alertAt) return [];
    return [{ part, used: round(amounts[part]), limit }];
  });
}

const parts = ['attempts', 'tokens', 'minutes', 'usd'] as const satisfies (keyof Budget)[];

const units: Record<keyof Budget, string> = {
  attempts: 'runs',
  tokens: 'tokens',
  minutes: 'minutes',
  usd: 'US dollars',
};

function amountsOf({ spent, attempts }: Used): Budget {
  return { attempts, tokens: spent.input + spent.output, minutes: spent.minutes, usd: spent.usd };
}

function round(amount: number): number {
  return Math.round(amount * 100) / 100;
}
