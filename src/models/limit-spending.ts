import type { LifeBudget, Shortage, Used } from '../domain/budget.ts';
import { allow, findShortages } from '../domain/budget.ts';
import type { Spending } from '../domain/change.ts';
import { addSpending, noSpending } from '../domain/change.ts';
import type { TokenUsage } from '../domain/chat.ts';
import { Failure } from '../domain/failure.ts';
import { together } from '../domain/together.ts';
import type { ChatModel, Clock } from '../ports.ts';

export type SpendingLimits = {
  /** Of the ticket's whole life. */
  budget: LifeBudget;
  clock: Pick<Clock, 'monotonic'>;
  /** US dollars that a call costs. */
  costOf: (model: string, usage: TokenUsage) => number;
  /** Whether that is known. A budget in US dollars could not be kept with a model whose price nobody knows. */
  hasPrice: (model: string) => boolean;
  /** Told after each call, and awaited before the next: what is used must be on disk before more is. */
  onSpent: (spent: Spending) => Promise<void>;
  /** Told once of each part that gets short. */
  onShortage: (shortage: Shortage) => void;
};

/**
 * `spent`: what the run has used, whatever became of its work, when nothing of it is being written any more. `count`: lets
 * a program that asks the model by itself work within the same budget; what it says it used is spent, also where it is
 * cut short.
 */
export type LimitedModel = ChatModel & {
  spent: () => Promise<Spending>;
  count: <Done extends Cost>(
    model: string,
    work: (onCutShort: (cost: Cost) => void) => Promise<Done>,
  ) => Promise<Done>;
};

type Cost = { usage: TokenUsage; requests: number };

/** The model of one run, which asks it nothing more once the budget is used up: `BUDGET_EXCEEDED`. */
export function limitSpending(model: ChatModel, limits: SpendingLimits): LimitedModel {
  const { budget, clock, costOf } = limits;
  const started = clock.monotonic();
  const told = new Set<string>();
  let spent = noSpending;
  let onRecord: Promise<void> = Promise.resolve();

  function used(): Used {
    const before = budget.used.spent;
    const minutes = before.minutes + (clock.monotonic() - started) / 60_000;
    return { attempts: budget.used.attempts, spent: { ...addSpending(before, spent), minutes } };
  }

  function tellShortages(): void {
    for (const shortage of findShortages(budget, used())) {
      if (told.has(shortage.part)) continue;
      told.add(shortage.part);
      limits.onShortage(shortage);
    }
  }

  async function demand(name: string): Promise<void> {
    await onRecord;
    const left = allow(budget.limits, used());
    if (left instanceof Failure) throw left;
    if (budget.limits.usd === undefined || limits.hasPrice(name)) return;
    throw new Failure(
      'MODEL_PRICE_UNKNOWN',
      `What ${name} costs is not known, so the ticket's budget of ${budget.limits.usd} USD could not be kept.`,
    );
  }

  function add(name: string, usage: TokenUsage, requests: number): void {
    spent = addSpending(spent, { ...usage, requests, usd: costOf(name, usage) });
    tellShortages();
    onRecord = together([onRecord, limits.onSpent(spent)]).then(() => undefined);
    onRecord.catch(() => undefined);
  }

  return {
    async spent() {
      // What could not be written then is told to whoever asks next, and may be written with the rest.
      await onRecord.catch(() => undefined);
      return spent;
    },
    facts: (name, signal) => model.facts(name, signal),
    async chat(request, signal) {
      await demand(request.model);
      const reply = await model.chat(request, signal);
      add(request.model, reply.usage, 1);
      return reply;
    },
    async count(name, work) {
      await demand(name);
      let cost: Cost | null = null;
      try {
        const worked = await work((lost) => (cost = lost));
        cost = worked;
        return worked;
      } finally {
        if (cost !== null) add(name, cost.usage, cost.requests);
      }
    },
  };
}
