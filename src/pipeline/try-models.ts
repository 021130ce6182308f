import { decisiveFailure, mayAnotherModelHelp } from '../domain/fallback.ts';
import type { Failure } from '../domain/failure.ts';
import type { Made, Tried } from '../domain/run.ts';
import type { Workspace } from '../ports.ts';
import type { Bench } from './bench.ts';
import { overBudget, ticketOf } from './bench.ts';

type FailedMade = Extract<Made, { kind: 'failed' }>;

/**
 * Lets one model after the other make the change, in the same worktree made clean again, until one has made it or the
 * next could not help either. `make` never throws. What failed before is told in `tried`.
 */
export async function tryModels(
  bench: Bench,
  workspace: Workspace,
  make: () => Promise<Made>,
): Promise<Made> {
  const { plan } = bench.order;
  const tried: Tried[] = [];
  const failures: Failure[] = [];
  for (const [index, model] of plan.models.entries()) {
    bench.model = model;
    const started = bench.ports.clock.monotonic();
    const made = await make();
    const next = plan.models[index + 1];
    if (made.kind !== 'failed') return { ...made, model, tried };
    failures.push(made.failure);
    if (next === undefined || !mayGoOn(bench, made)) return ended(made, { model, tried, failures });
    const { code, message: error } = made.failure;
    tried.push({ model, code, error, elapsedMs: Math.round(bench.ports.clock.monotonic() - started) });
    await hand(bench, workspace, { made, next });
  }
  throw new RangeError('a plan without a model');
}

/** Neither time nor tokens may be used up. */
function mayGoOn(bench: Bench, { failure, stage }: FailedMade): boolean {
  return !bench.signal.aborted && overBudget(bench) === null && mayAnotherModelHelp(failure, stage);
}

function ended(
  made: FailedMade,
  { model, tried, failures }: { model: string; tried: Tried[]; failures: Failure[] },
): Made {
  const [first, ...others] = failures;
  // A run that was cut short, or that no other model could have saved, ends by its own failure.
  const isOfModels = mayAnotherModelHelp(made.failure, made.stage);
  const failure = first === undefined || !isOfModels ? made.failure : decisiveFailure([first, ...others]);
  return { ...made, failure, model, tried };
}

async function hand(
  bench: Bench,
  workspace: Workspace,
  { made, next }: { made: FailedMade; next: string },
): Promise<void> {
  const { code, message } = made.failure;
  const { order, ports, model } = bench;
  ports.observe({ type: 'model:replaced', ...ticketOf(order), from: model, to: next, code, message });
  bench.captured = null;
  await workspace.restore(workspace.base.sha, bench.signal);
}
