import { blockingSeverities, findingCategories, severities } from './review.ts';
import type { FindingCategory, Severity, Strictness } from './review.ts';

export const difficulties = ['easy', 'medium', 'hard'] as const;
export type Difficulty = (typeof difficulties)[number];

/** What is wrong with a change that was made wrong on purpose. */
export type Seeded = { severity: Severity; category: FindingCategory; difficulty: Difficulty };

/** `worst` is the gravest finding in the file of the defect, or anywhere in a harmless change; null: there was none. */
export type CaseResult = {
  id: string;
  /** Null: the change is harmless. */
  seeded: Seeded | null;
  worst: Severity | 'no verdict' | null;
};

/** A part of a whole, with the bounds between which the true rate lies with 95 % confidence (Wilson). */
export type Rate = { hits: number; of: number; rate: number; low: number; high: number };

/** How good a reviewer is at one strictness, on changes of which it is known what is wrong with them. */
export type Calibration = {
  strictness: Strictness;
  caught: Rate;
  falseAlarms: Rate;
  bySeverity: Record<string, Rate>;
  byCategory: Record<string, Rate>;
  byDifficulty: Record<string, Rate>;
  /** Changes to which it gave no valid verdict; each counts against it. */
  unanswered: number;
  /** Why it may not stop a change; null when it may. */
  objection: string | null;
};

/** A reviewer that may stop changes surely catches at least this part of all defects … */
const leastCaught = 0.5;
/** … and surely alarms at most at this part of harmless changes. */
const mostAlarms = 0.3;

/**
 * Rates of a reviewer. A defect counts as caught when a finding in its file is as grave as what blocks, or as grave as
 * the defect where that blocks not; a false alarm is a finding that would block a harmless change.
 */
export function summariseCalibration(results: readonly CaseResult[], strictness: Strictness): Calibration {
  const blocking = blockingSeverities[strictness];
  const defects = results.flatMap(({ seeded, worst }) =>
    seeded === null ? [] : [{ ...seeded, hit: isCaught(seeded, worst, blocking) }],
  );
  const harmless = results.filter(({ seeded }) => seeded === null);
  const rateBy = <Key extends keyof Seeded>(key: Key, groups: readonly Seeded[Key][]) =>
    ratesOf(
      groups,
      defects.map((defect) => ({ group: defect[key], hit: defect.hit })),
    );
  const caught = rateOf(defects.filter(({ hit }) => hit).length, defects.length);
  const alarms = harmless.filter(({ worst }) => worst === 'no verdict' || isAmong(worst, blocking));
  const falseAlarms = rateOf(alarms.length, harmless.length);
  return {
    strictness,
    caught,
    falseAlarms,
    bySeverity: rateBy('severity', severities),
    byCategory: rateBy('category', findingCategories),
    byDifficulty: rateBy('difficulty', difficulties),
    unanswered: results.filter(({ worst }) => worst === 'no verdict').length,
    objection: objectTo(caught, falseAlarms),
  };
}

/** The interval of Wilson's score, which holds for few cases and for rates near 0 and 1 too. */
export function rateOf(hits: number, of: number): Rate {
  if (of === 0) return { hits, of, rate: 0, low: 0, high: 1 };
  const z = 1.96;
  const rate = hits / of;
  const middle = rate + z ** 2 / (2 * of);
  const spread = z * Math.sqrt((rate * (1 - rate)) / of + z ** 2 / (4 * of ** 2));
  const scale = 1 + z ** 2 / of;
  return {
    hits,
    of,
    rate,
    low: hits === 0 ? 0 : (middle - spread) / scale,
    high: hits === of ? 1 : (middle + spread) / scale,
  };
}

function isCaught({ severity }: Seeded, worst: CaseResult['worst'], blocking: readonly Severity[]): boolean {
  if (worst === null || worst === 'no verdict') return false;
  return blocking.includes(worst) || severities.indexOf(worst) <= severities.indexOf(severity);
}

function isAmong(worst: Severity | null, blocking: readonly Severity[]): boolean {
  return worst !== null && blocking.includes(worst);
}

/** In the order of the groups, without those that no case is in. */
function ratesOf(
  groups: readonly string[],
  hits: readonly { group: string; hit: boolean }[],
): Record<string, Rate> {
  const rates = groups.flatMap((group) => {
    const members = hits.filter((each) => each.group === group);
    if (members.length === 0) return [];
    return [[group, rateOf(members.filter(({ hit }) => hit).length, members.length)] as const];
  });
  return Object.fromEntries(rates);
}

function objectTo(caught: Rate, falseAlarms: Rate): string | null {
  if (caught.low < leastCaught)
    return `it caught ${caught.hits} of ${caught.of} seeded defects, so at least ${percent(caught.low)}, expected ${percent(leastCaught)}`;
  if (falseAlarms.high > mostAlarms)
    return `it alarmed at ${falseAlarms.hits} of ${falseAlarms.of} harmless changes, so at up to ${percent(falseAlarms.high)}, expected at most ${percent(mostAlarms)}`;
  return null;
}

export function percent(part: number): string {
  return `${Math.round(part * 100)} %`;
}
