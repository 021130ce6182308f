import { writeFailureCard } from '../domain/failure-card.ts';
import { decisiveFailure, mayAnotherModelHelp } from '../domain/fallback.ts';
import { Failure } from '../domain/failure.ts';
import { recipeModel } from '../domain/fast-path/recipe-order.ts';
import type { Ladder } from '../domain/ladder.ts';
import { isForModel, nextOnLadder, teaches } from '../domain/ladder.ts';
import type { Made, Plan, Tried } from '../domain/run.ts';
import type { Workspace } from '../ports.ts';
import type { Bench } from './bench.ts';
import { isRecipe, overBudget, ticketOf } from './bench.ts';

type FailedMade = Extract<Made, { kind: 'failed' }>;

/** What came of those that had their try. */
type Past = { tried: Tried[]; failures: Failure[] };

/**
 * Lets one after the other make the change, in the same worktree made clean again, until one has made it or the next
 * could not help either. `make` never throws. What failed before is told in `tried`; who goes on gets it on one page.
 */
export async function tryModels(
  bench: Bench,
  workspace: Workspace,
  make: () => Promise<Made>,
): Promise<Made> {
  const ladder = ladderOf(bench.order.plan);
  const seen = new Set<string>();
  const past: Past = { tried: [], failures: [] };
  for (;;) {
    const { model } = bench;
    seen.add(model);
    const started = bench.ports.clock.monotonic();
    const made = await make();
    if (made.kind !== 'failed') return { ...made, model, tried: past.tried };
    // That a recipe did not do is nothing that a run fails of.
    if (!isRecipe(bench)) past.failures.push(made.failure);
    const next = mayGoOn(bench) ? nextOnLadder(ladder, { current: model, tried: seen }, made) : null;
    if (next === null) return ended(bench, made, past);
    const { code, message: error } = made.failure;
    past.tried.push({ model, code, error, elapsedMs: Math.round(bench.ports.clock.monotonic() - started) });
    await hand(bench, workspace, { made, next });
  }
}

function ladderOf({ recipe, models, escalation }: Plan): Ladder {
  return { recipe: recipe === null ? null : recipeModel(recipe), models, escalation };
}

/** Neither time nor tokens may be used up. */
function mayGoOn(bench: Bench): boolean {
  return !bench.signal.aborted && overBudget(bench) === null;
}

function ended(bench: Bench, made: FailedMade, { tried, failures }: Past): Made {
  const { model } = bench;
  const [first, ...others] = failures;
  if (first === undefined) return { ...made, failure: waitingForModel(made), model, tried };
  // A run that was cut short, or that no other model could have saved, ends by its own failure.
  const isOfModels = mayAnotherModelHelp(made.failure, made.stage);
  const failure = isOfModels ? decisiveFailure([first, ...others]) : made.failure;
  return { ...made, failure, model, tried };
}

/** No model is known to hand it to: that is an outage, and no end of the ticket. */
function waitingForModel({ failure }: FailedMade): Failure {
  if (!isForModel(failure)) return failure;
  return new Failure('MODEL_UNREACHABLE', `${failure.message} It waits for a model.`);
}

async function hand(
  bench: Bench,
  workspace: Workspace,
  { made, next }: { made: FailedMade; next: string },
): Promise<void> {
  const { failure } = made;
  const { code, message } = failure;
  const { order, ports, model, feedback, captured } = bench;
  ports.observe({ type: 'model:replaced', ...ticketOf(order), from: model, to: next, code, message });
  // A model is not led by what a recipe could not do.
  const isUntouched = isRecipe(bench) && (captured?.files.length ?? 0) === 0;
  if (!isUntouched && teaches(made))
    bench.card = writeFailureCard({ model, failure, feedback, change: captured });
  bench.model = next;
  bench.captured = null;
  bench.feedback = null;
  await workspace.restore(workspace.base.sha, bench.signal);
}
