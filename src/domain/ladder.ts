import type { Failure, FailureCode } from './failure.ts';
import { mayAnotherModelHelp } from './fallback.ts';
import type { Stage } from './run.ts';

/** Who has a try at a ticket: at most one recipe, then models of equal right, then stronger ones, weakest first. */
export type Ladder = {
  recipe: string | null;
  models: readonly string[];
  escalation: readonly string[];
};

export type Given = { failure: Failure; stage: Stage };

/**
 * Who goes on after `current` failed; null: nobody could help. A model that was not to be had is replaced by another of
 * its kind, never by a stronger one: an outage at home is no reason to spend. One that could not say what it wanted may
 * be understood better when another says it. One that got no further needs somebody stronger, where there is one.
 */
export function nextOnLadder(
  ladder: Ladder,
  { current, tried }: { current: string; tried: ReadonlySet<string> },
  given: Given,
): string | null {
  const [peer = null] = ladder.models.filter((model) => !tried.has(model));
  const [rung = null] = ladder.escalation.filter((model) => !tried.has(model));
  switch (current === ladder.recipe ? faultOfRecipe(given) : faultOf(given)) {
    case 'outage':
      return ladder.escalation.includes(current) ? (rung ?? peer) : peer;
    case 'dialect':
      return peer ?? rung;
    case 'progress':
      return rung ?? peer;
    case 'rejected':
      return rung;
    case 'none of theirs':
      return null;
  }
}

/** Whether there is something to learn from a failure for whoever goes on. */
export function teaches({ failure }: Given): boolean {
  return (
    !failure.isInfrastructure && failure.errorType !== 'transient' && failure.errorType !== 'environment'
  );
}

type Fault = 'outage' | 'dialect' | 'progress' | 'rejected' | 'none of theirs';

function faultOf({ failure, stage }: Given): Fault {
  if (failure.code === 'REVIEW_BLOCKED') return 'rejected';
  if (!mayAnotherModelHelp(failure, stage)) return 'none of theirs';
  if (!teaches({ failure, stage })) return 'outage';
  return noProgress.includes(failure.code) ? 'progress' : 'dialect';
}

/** Whether what a recipe could not do, or did not do well, is a matter for a model. */
export function isForModel({ code }: Failure): boolean {
  return handedOn.includes(code);
}

/** Peers were not asked yet, so the first of them goes on with what a recipe could not do, or did not do well. */
function faultOfRecipe({ failure }: Given): Fault {
  return isForModel(failure) ? 'dialect' : 'none of theirs';
}

const noProgress: readonly FailureCode[] = [
  'MODEL_LIMIT',
  'MODEL_CONTEXT_OVERFLOW',
  'NO_CHANGES',
  'CHECKS_BROKEN',
  'GUARD_PLACEHOLDER',
];

const handedOn: readonly FailureCode[] = [
  'RECIPE_DECLINED',
  'NO_CHANGES',
  'CHECKS_BROKEN',
  'GUARD_PLACEHOLDER',
  'REVIEW_BLOCKED',
];
