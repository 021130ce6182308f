import type { Spending } from '../domain/change.ts';
import { addSpending } from '../domain/change.ts';
import type { Made, RunRecord } from '../domain/run.ts';

/** What making a change adds to the record of its run: the models that tried, and what they and it used. */
export function recordMade(planned: RunRecord, made: Made, elapsedMs: number): RunRecord {
  // What an outage ended was no attempt and took no time of the ticket's; what a model read and wrote, it did.
  if (made.kind === 'failed' && made.failure.isInfrastructure)
    return { ...planned, spent: countTokens(planned, made.spent) };
  const { model, tried = [], spent } = made;
  const attempts = tried.map((each) => ({ ...each, attempt: planned.attempts }));
  return {
    ...planned,
    // The model that came last, and those that failed before it.
    model: model ?? planned.model,
    history: [...planned.history, ...attempts],
    spent: { ...addSpending(planned.spent, spent), minutes: planned.spent.minutes + elapsedMs / 60_000 },
  };
}

/** What the models of a run have used so far, with what its earlier ones used. */
export function countTokens({ spent }: RunRecord, more: Spending): RunRecord['spent'] {
  return { ...addSpending(spent, more), minutes: spent.minutes };
}
