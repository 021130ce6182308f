import { sizeInName } from '../model-name.ts';
import type { Category } from './classification.ts';

export type Tries = { attempts: number; successes: number };

/** What is known of a model besides its name. */
export type ModelKnowledge = Tries & {
  /** As the config labels it, `fast`, `balanced`, `capable` or a word of one's own; null: not labelled. */
  profile: string | null;
  /** US dollars for a million tokens. */
  price: { input: number; output: number };
  /** Whether its use is charged, or leaves this machine. */
  isPaid: boolean;
  /** Runs at work with it now. */
  running: number;
  /** Median of its single requests, in milliseconds; null: none yet. */
  p50Ms: number | null;
  byCategory: Partial<Record<Category, Tries>>;
};

export type KnownModel = ModelKnowledge & { id: string };

export const nothingKnown: ModelKnowledge = {
  attempts: 0,
  successes: 0,
  profile: null,
  price: { input: 0, output: 0 },
  isPaid: false,
  running: 0,
  p50Ms: null,
  byCategory: {},
};

/** A model nobody tried counts as good as two of three: it gets its chance before one that mostly failed. */
export function successRate({ attempts, successes }: Tries): number {
  return (successes + 2) / (attempts + 3);
}

/** Success in one category; with few tries there, its success in general counts for the rest. */
export function affinity(model: KnownModel, category: Category): number {
  const { attempts, successes } = model.byCategory[category] ?? { attempts: 0, successes: 0 };
  const borrowed = 3;
  return (successes + borrowed * successRate(model)) / (attempts + borrowed);
}

/** 0 to 2, as its profile says, else as far as its size tells. */
export function strength({ id, profile, isPaid }: Pick<KnownModel, 'id' | 'profile' | 'isPaid'>): number {
  const labelled = ['fast', 'balanced', 'capable'].indexOf(profile ?? '');
  if (labelled !== -1) return labelled;
  const billions = sizeInName(id);
  if (billions === null) return isPaid ? 2 : 1;
  return billions < 5 ? 0 : billions < 20 ? 1 : 2;
}

/** US dollars for a million tokens in the mix of coding: ten are read for one that is written. */
export function blendedPrice({ price }: Pick<ModelKnowledge, 'price'>): number {
  return (10 * price.input + price.output) / 11;
}
