import type { Classification } from './classification.ts';
import type { KnownModel } from './known-model.ts';
import { affinity, blendedPrice, strength, successRate } from './known-model.ts';
import { shuffle } from './shuffle.ts';

export const strategyNames = [
  'ordered',
  'round-robin',
  'least-loaded',
  'random',
  'performance',
  'affinity',
  'complexity',
  'cost',
  'hybrid',
] as const;
export type StrategyName = (typeof strategyNames)[number];

/** The run that is routed. `turn` counts the runs before it; `seed` is the run's own and always the same for it. */
export type Occasion = Pick<Classification, 'category' | 'complexity'> & { turn: number; seed: string };

type Strategy = {
  /** The models, best first; those that are equal stay as the config lists them. */
  order: (models: readonly KnownModel[], occasion: Occasion) => KnownModel[];
  /** Why the first one is first. */
  why: (first: KnownModel, occasion: Occasion) => string;
};

/** Whether the kind of work makes a difference, so that finding it out may be worth a question to a model. */
export function needsClassification(name: StrategyName): boolean {
  return name === 'affinity' || name === 'complexity' || name === 'hybrid';
}

/** Ways to put models in order, each a pure function of what is known. */
export const strategies: Record<StrategyName, Strategy> = {
  ordered: {
    order: (models) => [...models],
    why: () => 'the first that the config lists',
  },
  'round-robin': {
    order: (models, { turn }) => rotate(models, turn),
    why: (_first, { turn }) => `its turn: ${turn} runs before this one were handed out in a circle`,
  },
  'least-loaded': {
    order: (models) => byScore(models, ({ running }) => -running),
    why: ({ running }) => `${count(running, 'run')} at work with it now`,
  },
  random: {
    order: (models, { seed }) => shuffle(models, seed),
    why: () => 'drawn by lot, the same for the same run',
  },
  performance: {
    order: (models) => byScore(models, (model) => successRate(model) * (0.8 + 0.2 * speed(model, models))),
    why: (first) => `${tries(first)}${latency(first)}`,
  },
  affinity: {
    order: (models, { category }) => byScore(models, (model) => affinity(model, category)),
    why: (first, { category }) =>
      `${tries(first.byCategory[category])} in ${category}, ${tries(first)} in all`,
  },
  complexity: {
    order: (models, { complexity }) => byScore(models, (model) => fit(model, complexity)),
    why: (first, { complexity }) =>
      `a ${strengths[strength(first)] ?? 'balanced'} model for work of ${complexity} complexity`,
  },
  cost: {
    order: (models) => byScore(byScore(models, successRate), (model) => -blendedPrice(model)),
    why: (first) =>
      blendedPrice(first) === 0
        ? `it costs nothing; ${tries(first)}`
        : `${blendedPrice(first).toFixed(2)} US dollars a million tokens`,
  },
  hybrid: {
    order: (models, occasion) => byScore(models, (model) => blend(model, models, occasion)),
    why: (first, { category, complexity }) =>
      `${tries(first.byCategory[category])} in ${category}, ${complexity} complexity, ${count(first.running, 'run')} at work with it, ${blendedPrice(first).toFixed(2)} US dollars a million tokens${latency(first)}`,
  },
};

/** What a person would weigh: whether it does such work well, then whether it is the right size, fast, idle and cheap. */
function blend(model: KnownModel, models: readonly KnownModel[], { category, complexity }: Occasion): number {
  const dearest = Math.max(...models.map(blendedPrice));
  const cheap = dearest === 0 ? 1 : 1 - blendedPrice(model) / dearest;
  return (
    0.45 * affinity(model, category) +
    0.2 * (1 + fit(model, complexity) / 2) +
    0.15 * speed(model, models) +
    0.1 / (1 + model.running) +
    0.1 * cheap
  );
}

/** 0 for the strength that is wanted, lower the further away; too weak is worse than too strong. */
function fit(model: KnownModel, complexity: Occasion['complexity']): number {
  const wanted = { low: 0, medium: 1, high: 2 }[complexity];
  const distance = strength(model) - wanted;
  return distance < 0 ? distance : -0.9 * distance;
}

/** 1 for the fastest, towards 0 the slower; of one that was never asked, as if it were in the middle. */
function speed({ p50Ms }: KnownModel, models: readonly KnownModel[]): number {
  const fastest = Math.min(...models.map((each) => each.p50Ms ?? Infinity));
  return p50Ms === null || p50Ms === 0 ? 0.5 : fastest / p50Ms;
}

function byScore(models: readonly KnownModel[], score: (model: KnownModel) => number): KnownModel[] {
  return models
    .map((model) => ({ model, value: score(model) }))
    .toSorted((a, b) => b.value - a.value)
    .map(({ model }) => model);
}

function rotate<Item>(items: readonly Item[], by: number): Item[] {
  const start = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

const strengths = ['fast', 'balanced', 'capable'];

function tries(
  { attempts, successes }: { attempts: number; successes: number } = { attempts: 0, successes: 0 },
): string {
  return attempts === 0 ? 'not tried yet' : `${successes} of ${attempts} went well`;
}

function latency({ p50Ms }: KnownModel): string {
  return p50Ms === null ? '' : `, ${(p50Ms / 1000).toFixed(1)} s a request`;
}

function count(number: number, unit: string): string {
  return `${number} ${unit}${number === 1 ? '' : 's'}`;
}
