import type { TokenUsage } from '../domain/chat.ts';
import type { Observe } from '../domain/event.ts';
import { Failure } from '../domain/failure.ts';
import type { ChatModel, Clock } from '../ports.ts';

export type DayLimits = {
  /** US dollars of one day (UTC) over all tickets; null: no limit. */
  usd: number | null;
  /** US dollars that a call costs; null where no price is known. */
  costOf: (model: string, usage: TokenUsage) => number | null;
  /** Where somebody else counts, what was spent today must be asked for. */
  spending: { today(signal: AbortSignal): number | Promise<number>; add(usd: number): Promise<void> };
  clock: Pick<Clock, 'now'>;
};

export type DayAlerts = {
  usd: number | null;
  /** Part of it, from 0 to 1, at which a person is told. */
  alertAt: number;
  clock: Pick<Clock, 'now'>;
  observe: Observe;
};

type CountedHere = { today(): number; add(usd: number): Promise<void> };

const oneToken: TokenUsage = { input: 1, output: 1 };

/**
 * Asks models that cost money no more once the day's budget is used up: `MODEL_DAY_SPENT`. Those that cost nothing go
 * on. Calls that run at the same time know nothing of each other's cost, so it may be passed by as many calls.
 */
export function limitDay(model: ChatModel, limits: DayLimits): ChatModel {
  const { costOf, spending } = limits;
  return {
    facts: (id, signal) => model.facts(id, signal),
    async chat(request, signal) {
      const objection = await objectionTo(request.model, limits, signal);
      if (objection !== null) throw objection;
      const reply = await model.chat(request, signal);
      const usd = costOf(request.model, reply.usage) ?? 0;
      if (usd > 0) await spending.add(usd);
      return reply;
    },
  };
}

/** The same count, which tells once a day when the budget is nearly used up, and once when it is. */
export function tellOfDay(spending: CountedHere, alerts: DayAlerts): CountedHere {
  const tell = teller(spending, alerts);
  return {
    today: () => spending.today(),
    async add(usd) {
      await spending.add(usd);
      tell();
    },
  };
}

async function objectionTo(
  id: string,
  { usd: limit, costOf, spending, clock }: DayLimits,
  signal: AbortSignal,
): Promise<Failure | null> {
  if (limit === null) return null;
  const cost = costOf(id, oneToken);
  if (cost === 0) return null;
  if (cost === null)
    return new Failure(
      'MODEL_PRICE_UNKNOWN',
      `What ${id} costs is not known, so \`budget.perDay.usd\` (${limit}) could not be kept.`,
    );
  const spent = await spending.today(signal);
  if (spent < limit) return null;
  return new Failure(
    'MODEL_DAY_SPENT',
    `${dollars(spent)} of the ${dollars(limit)} of this day are spent (\`budget.perDay.usd\`), so ${id} is not asked.`,
    { retryAfterSeconds: secondsToMidnight(clock.now()) },
  );
}

function teller(spending: CountedHere, { usd: limit, alertAt, clock, observe }: DayAlerts): () => void {
  let told = { day: '', mark: 0 };
  return () => {
    if (limit === null) return;
    const used = spending.today();
    const day = clock.now().toISOString().slice(0, 10);
    const mark = used >= limit ? 2 : used >= limit * alertAt ? 1 : 0;
    if (mark > (told.day === day ? told.mark : 0)) observe({ type: 'budget:day', day, used, limit });
    told = { day, mark: Math.max(mark, told.day === day ? told.mark : 0) };
  };
}

function secondsToMidnight(now: Date): number {
  const next = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1);
  return Math.ceil((next - now.getTime()) / 1000);
}

function dollars(amount: number): string {
  return `${amount.toFixed(2)} USD`;
}
