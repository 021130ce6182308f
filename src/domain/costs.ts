import type { Advice } from './advise-models.ts';

/** `input` and `output` are tokens. */
export type Cost = { usd: number; input: number; output: number; requests: number };

/** What was spent since a moment; lists are sorted by money, then by tokens, days by date. */
export type Costs = {
  /** ISO 8601; null: since the history begins. */
  since: string | null;
  total: Cost;
  today: Cost;
  models: (Cost & { model: string })[];
  providers: (Cost & { provider: string })[];
  days: (Cost & { date: string })[];
  /** The dearest ones; `id` as it is compared, in lower case. */
  tickets: (Cost & { key: string; id: string | null })[];
  /** What a day and thirty days cost, were they like the last seven. */
  projection: { dayUsd: number; monthUsd: number };
};

/** What was spent, what may be, and what could be spared. */
export type CostReport = Costs & {
  budget: {
    /** US dollars of one day over all tickets; null: no limit. */
    perDayUsd: number | null;
    /** As the limit counts it: also what the history does not know any more. */
    spentTodayUsd: number;
    /** US dollars of one ticket over its whole life; null: no limit. */
    perTicketUsd: number | null;
  };
  cache: CacheFigures;
  advice: Advice[];
};

/** How often a kept answer was given in place of asking a model; tokens that were spared by it. */
export type CacheFigures = {
  enabled: boolean;
  /** Answers that are kept now. */
  entries: number;
  /** Requests that could have been answered so, and those that were. */
  asked: number;
  hits: number;
  /** From 0 to 1; 0 while nothing was asked. */
  hitRate: number;
  savedInput: number;
  savedOutput: number;
};
