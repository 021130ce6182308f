import type { CapturedTree, Change, Spending } from '../domain/change.ts';
import type { Observe } from '../domain/event.ts';
import { Failure } from '../domain/failure.ts';
import { recipeModel } from '../domain/fast-path/recipe-order.ts';
import type { Rounds } from '../domain/feedback.ts';
import type { StepHook } from '../domain/hook.ts';
import type { HoldCode } from '../domain/hold-code.ts';
import type { Stage } from '../domain/run.ts';
import type { ProposedPart } from '../domain/sub-ticket.ts';
import type {
  Audit,
  ChangeOrder,
  Checks,
  Clock,
  Coder,
  Guard,
  Prove,
  Recipes,
  Reviewer,
  RunHook,
  Workspace,
  Workspaces,
} from '../ports.ts';

export type MakePorts = {
  workspaces: Workspaces;
  coder: Coder;
  recipes: Recipes;
  checks: Checks;
  guard: Guard;
  /** Absent where the config wants none. */
  audit?: Audit;
  prove?: Prove;
  /** Commands of the user; absent on a machine that only works for another one. */
  hook?: RunHook;
  reviewer: Reviewer;
  clock: Clock;
  observe: Observe;
  /** Whether the worktree of a failed run is kept for a look. */
  keepFailed: boolean;
};

/** One run at work: what it is about, what it has spent, where it stands. */
export type Bench = {
  order: ChangeOrder;
  ports: MakePorts;
  signal: AbortSignal;
  /** The one of the plan's models that is at work. */
  model: string;
  spent: Spending;
  stage: Stage;
  captured: CapturedTree | null;
  /** What the guards refused last; absent while they refused nothing. */
  refused?: Change;
  /** What a rework began with, and must not leave as it is; null where that is allowed. */
  start: string | null;
  /** What was last wrong with the change of the one at work. */
  feedback: string | null;
  /** What the one before it failed of, for the one at work to read. */
  card: string | null;
};

/** What one look at the change came to: judged for good, or to be mended with these words. */
export type Judgement =
  | { verdict: 'publish'; change: Change }
  | { verdict: 'hold'; change: Change | null; code: HoldCode; reason: string; parts?: ProposedPart[] }
  | { verdict: 'failed'; failure: Failure }
  | { verdict: 'mend'; fault: keyof Rounds; feedback: string; failure: Failure };

/** Runs one stage and tells that it began and how long it took. */
export async function atStage<T>(bench: Bench, stage: Stage, act: () => Promise<T>): Promise<T> {
  const { order, ports } = bench;
  bench.stage = stage;
  bench.signal.throwIfAborted();
  const started = ports.clock.monotonic();
  ports.observe({ type: 'stage:started', ...ticketOf(order), stage });
  try {
    return await act();
  } finally {
    const elapsedMs = ports.clock.monotonic() - started;
    ports.observe({ type: 'stage:finished', ...ticketOf(order), stage, elapsedMs });
  }
}

/** Lets commands of the user have their say about what comes next. */
export async function atHook(
  { order, ports, signal }: Bench,
  hook: StepHook,
  { directory }: Pick<Workspace, 'directory'>,
): Promise<void> {
  await ports.hook?.({ hook, ...ticketOf(order), directory }, signal);
}

export function ticketOf(order: Pick<ChangeOrder, 'identity' | 'runId'>): {
  taskId: string;
  runId: string;
  key: string;
} {
  return { taskId: order.identity.id, runId: order.runId, key: order.identity.key };
}

/** Whether the one at work is the plan's recipe. */
export function isRecipe({ order, model }: Pick<Bench, 'order' | 'model'>): boolean {
  const { recipe } = order.plan;
  return recipe !== null && model === recipeModel(recipe);
}

export function overBudget({ order, spent }: Bench): Failure | null {
  const { tokens } = order.plan;
  const used = spent.input + spent.output;
  if (tokens === null || used < tokens) return null;
  return new Failure(
    'BUDGET_EXCEEDED',
    `This run has used ${used} tokens; ${tokens} were left of its budget.`,
  );
}
