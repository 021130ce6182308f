import { addSpending, noSpending } from '../domain/change.ts';
import { Failure, toFailure } from '../domain/failure.ts';
import { noRounds, roundLimits } from '../domain/feedback.ts';
import type { Made, Plan } from '../domain/run.ts';
import type { ChangeOrder, Clock, CodingJob, CodingSession, Workspace } from '../ports.ts';
import type { Bench, Judgement, MakePorts } from './bench.ts';
import { atHook, atStage, isRecipe, overBudget, ticketOf } from './bench.ts';
import { beginRework } from './begin-rework.ts';
import { holdRefused } from './hold-refused.ts';
import { judgeChange } from './judge-change.ts';
import { tryModels } from './try-models.ts';

/**
 * Makes one change: open -> code -> check -> guard -> review, where each of the last three may send the coder back.
 * Bounded here alone: rounds for each model, and time and tokens for all of them together. Never throws: how it failed
 * is part of the answer.
 */
export async function makeChange(order: ChangeOrder, ports: MakePorts, signal: AbortSignal): Promise<Made> {
  const deadline = limitTime(order.plan, ports.clock, signal);
  const bench: Bench = {
    order,
    ports,
    signal: deadline.signal,
    model: order.plan.model,
    spent: noSpending,
    stage: 'open',
    captured: null,
    feedback: null,
    card: null,
    start: null,
  };
  let workspace: Workspace | null = null;
  let made: Made | null = null;
  try {
    const opened = await atStage(bench, 'open', () => ports.workspaces.open(placeOf(order), bench.signal));
    workspace = opened;
    await atHook(bench, 'worktree:created', opened);
    made = holdRefused(bench, await tryModels(bench, opened, () => makeWithModel(bench, opened)));
  } catch (error) {
    made = failed(bench, reasonOf(error, bench.signal));
  } finally {
    deadline.release();
    const keep = ports.keepFailed && made?.kind === 'failed' && !made.failure.isInfrastructure;
    // Nobody needs to wait: what was made is out of it. What cannot be removed now is swept at the next start.
    void workspace?.close({ keep }).catch(() => undefined);
  }
  return made;
}

function placeOf({ identity, plan, rework }: ChangeOrder): Parameters<MakePorts['workspaces']['open']>[0] {
  const place = { key: identity.key, base: plan.base };
  return rework === undefined ? place : { ...place, earlier: rework.head };
}

async function makeWithModel(bench: Bench, workspace: Workspace): Promise<Made> {
  try {
    return await improveUntilJudged(bench, workspace);
  } catch (error) {
    return failed(bench, reasonOf(error, bench.signal));
  }
}

async function improveUntilJudged(bench: Bench, workspace: Workspace): Promise<Made> {
  const limits = isRecipe(bench) ? noRounds : roundLimits(bench.order.plan.review.maxRounds);
  let rounds = noRounds;
  const session = beginCoding(bench, workspace);
  const begun = await beginRework(bench, workspace);
  bench.start = begun.tree;
  let feedback = joined(begun.feedback, bench.card);
  for (;;) {
    const before = bench.captured;
    const said: string | null = feedback;
    if (before !== null) await workspace.restore(before.tree, bench.signal);
    await atHook(bench, 'agent:before', workspace);
    const outcome = await atStage(bench, 'code', () => session.work(said, bench.signal));
    bench.spent = addSpending(bench.spent, { ...outcome.usage, requests: outcome.requests, usd: 0 });
    const captured = await workspace.capture(bench.signal);
    bench.captured = captured;
    const judgement = await judgeChange(bench, workspace, { outcome, captured, rounds });
    if (judgement.verdict !== 'mend') return madeOf(bench, judgement);
    bench.feedback = judgement.feedback;
    const noProgress = captured.tree === before?.tree && judgement.fault !== 'unchanged';
    if (noProgress || rounds[judgement.fault] >= limits[judgement.fault])
      return failed(bench, judgement.failure);
    const overspent = overBudget(bench);
    if (overspent !== null) return failed(bench, overspent);
    rounds = { ...rounds, [judgement.fault]: rounds[judgement.fault] + 1 };
    feedback = judgement.feedback;
  }
}

/** What there is to read before the first turn; null when nothing. */
function joined(...texts: (string | null)[]): string | null {
  const said = texts.filter((text) => text !== null);
  return said.length === 0 ? null : said.join('\n\n');
}

function beginCoding(bench: Bench, workspace: Workspace): CodingSession {
  const { order, ports, model } = bench;
  const { task, plan } = order;
  const ticket = ticketOf(order);
  const onStep: CodingJob['onStep'] = (step) => ports.observe({ type: 'agent:step', ...ticket, ...step });
  if (plan.recipe !== null && isRecipe(bench))
    return ports.recipes.begin({ order: plan.recipe, workspace, onStep });
  return ports.coder.begin({
    task,
    workspace,
    model,
    protocol: plan.protocols[model] ?? plan.protocol,
    maxSteps: plan.maxSteps,
    ...(plan.split === true ? { split: true } : {}),
    onStep,
    onText: (text) => ports.observe({ type: 'model:text', ...ticket, model, text }),
  });
}

function madeOf(bench: Bench, judgement: Exclude<Judgement, { verdict: 'mend' }>): Made {
  const { spent } = bench;
  switch (judgement.verdict) {
    case 'publish':
      return { kind: 'publish', change: judgement.change, spent };
    case 'hold': {
      const { change, code, reason, parts } = judgement;
      return { kind: 'hold', change, code, reason, spent, ...(parts === undefined ? {} : { parts }) };
    }
    case 'failed':
      return failed(bench, judgement.failure);
  }
}

function failed({ spent, stage, captured }: Bench, failure: Failure): Made {
  return { kind: 'failed', failure, stage, change: captured, spent };
}

/** Why a signal fired says more than the broken call that it caused. */
function reasonOf(error: unknown, signal: AbortSignal): Failure {
  if (!signal.aborted) return toFailure(error);
  const reason: unknown = signal.reason;
  return reason instanceof Failure ? reason : new Failure('INTERRUPTED', 'The run was cut short.');
}

/** A signal that also fires when the time of the run is over. */
function limitTime(
  { minutes, budget }: Plan,
  clock: Clock,
  signal: AbortSignal,
): { signal: AbortSignal; release: () => void } {
  const late = new AbortController();
  const over = new AbortController();
  const left = (budget.limits.minutes ?? Infinity) - budget.used.spent.minutes;
  const code = left <= minutes ? 'BUDGET_EXCEEDED' : 'MODEL_LIMIT';
  clock.wait(minutes * 60_000, over.signal).then(
    () => late.abort(new Failure(code, `The run used up its ${minutes} minutes.`)),
    () => undefined,
  );
  return { signal: AbortSignal.any([signal, late.signal]), release: () => over.abort() };
}
