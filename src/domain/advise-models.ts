/** How one model did at one kind of work. `usd`: all that its attempts there cost. */
export type ModelRecord = {
  category: string;
  model: string;
  attempts: number;
  successes: number;
  usd: number;
};

/** A kind of work at which a cheaper model does as well as a dearer one. */
export type Advice = {
  category: string;
  dear: ModelRecord;
  cheap: ModelRecord;
  /** US dollars that the attempts of the dear one would have cost less. */
  savedUsd: number;
};

/** Runs that either must have had: fewer may be luck. */
const fewestAttempts = 5;
/** US dollars below which nobody changes a config. */
const leastSaving = 0.01;

/** What could have been spared, most first: of several cheaper models the cheapest that succeeds as often. */
export function adviseModels(records: readonly ModelRecord[]): Advice[] {
  const tried = records.filter(({ attempts }) => attempts >= fewestAttempts);
  const advice = tried.flatMap((dear): Advice[] => {
    const [cheap] = tried
      .filter((other) => other.category === dear.category && usdEach(other) < usdEach(dear))
      .filter((other) => rate(other) >= rate(dear))
      .toSorted((a, b) => usdEach(a) - usdEach(b) || rate(b) - rate(a));
    if (cheap === undefined) return [];
    const savedUsd = (usdEach(dear) - usdEach(cheap)) * dear.attempts;
    return savedUsd < leastSaving ? [] : [{ category: dear.category, dear, cheap, savedUsd }];
  });
  return advice.toSorted((a, b) => b.savedUsd - a.savedUsd);
}

function usdEach({ usd, attempts }: ModelRecord): number {
  return usd / attempts;
}

function rate({ attempts, successes }: ModelRecord): number {
  return successes / attempts;
}
