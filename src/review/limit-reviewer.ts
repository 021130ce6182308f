import { Failure, type FailureCode } from '../domain/failure.ts';
import type { Verdict } from '../domain/review.ts';
import type { Reviewer } from '../ports.ts';

/** The verdict on a tree stands: it is not asked for again until it is another one. For one run of one ticket. */
export function onePerTree(reviewer: Reviewer): Reviewer {
  const given = new Map<string, Verdict>();
  return {
    async review(request, signal) {
      const { tree } = request.change;
      const before = given.get(tree);
      if (before !== undefined) return { ...before, usage: { input: 0, output: 0 }, requests: 0 };
      const verdict = await reviewer.review(request, signal);
      given.set(tree, verdict);
      return verdict;
    },
  };
}

/** `objection` says why a model may not stop a change, null when it may. */
export function adviseOnly(
  reviewer: Reviewer,
  objection: (model: string, signal: AbortSignal) => Promise<string | null>,
): Reviewer {
  return {
    async review(request, signal) {
      const verdict = await reviewer.review(request, signal);
      const advisory = await objection(verdict.model, signal);
      return advisory === null ? verdict : { ...verdict, advisory };
    },
  };
}

const notToBeHad: readonly FailureCode[] = [
  'MODEL_NOT_FOUND',
  'MODEL_NOT_ADMITTED',
  'MODEL_OUT_OF_MEMORY',
  'MODEL_UNFIT',
];

/** Where nobody named the reviewer and the one that was guessed is not to be had, another model reviews. */
export function orAnother(reviewer: Reviewer, model: string): Reviewer {
  return {
    async review(request, signal) {
      try {
        return await reviewer.review(request, signal);
      } catch (error) {
        if (!(error instanceof Failure) || !notToBeHad.includes(error.code)) throw error;
        if (request.model === model) throw error;
        return reviewer.review({ ...request, model }, signal);
      }
    },
  };
}
