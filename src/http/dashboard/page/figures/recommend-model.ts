/** What is known of a model, of which the recommendation is made. */
export type Candidate = {
  id: string;
  isInstalled: boolean;
  attempts: number;
  successes: number;
  p50Ms: number | null;
};

/** Runs below which figures say nothing. */
const enough = 3;

/**
 * The model that this repository's own history speaks for, or null while it speaks for none. Few runs count less than
 * their rate says: one success of one is no better than eight of ten.
 */
export function recommendModel<Model extends Candidate>(models: readonly Model[]): Model | null {
  const [best] = models
    .filter(({ isInstalled, attempts }) => isInstalled && attempts >= enough)
    .toSorted((a, b) => trust(b) - trust(a) || (a.p50Ms ?? Infinity) - (b.p50Ms ?? Infinity));
  return best === undefined || best.successes === 0 ? null : best;
}

/** The rate after two more runs, one of them a failure. */
function trust({ attempts, successes }: Candidate): number {
  return (successes + 1) / (attempts + 2);
}
