import type { CapturedTree, Change, CheckReport, Spending } from '../domain/change.ts';
import { addSpending, noSpending } from '../domain/change.ts';
import type { Observe } from '../domain/event.ts';
import { Failure } from '../domain/failure.ts';
import type { Rounds } from '../domain/feedback.ts';
import {
  checkFeedback,
  guardFeedback,
  noRounds,
  reviewFeedback,
  roundLimits,
  unchangedFeedback,
} from '../domain/feedback.ts';
import type { ReviewDecision, Verdict } from '../domain/review.ts';
import { decideReview } from '../domain/review.ts';
import type { Made, Stage } from '../domain/run.ts';
import type {
  ChangeOrder,
  Checks,
  Clock,
  Coder,
  CodingOutcome,
  Guard,
  Refusal,
  Reviewer,
  Workspace,
  Workspaces,
} from '../ports.ts';

export type MakePorts = {
  workspaces: Workspaces;
  coder: Coder;
  checks: Checks;
  guard: Guard;
  reviewer: Reviewer;
  clock: Clock;
  observe: Observe;
};

/**
 * Makes one change: open -> code -> check -> guard -> review, where each of the last three may send the coder back.
 * The only loop of a run, and the only place that bounds it.
 */
export async function makeChange(order: ChangeOrder, ports: MakePorts, signal: AbortSignal): Promise<Made> {
  const deadline = limitTime(order.plan.minutes, ports.clock, signal);
  const bench = { order, ports, signal: deadline.signal, spent: noSpending };
  let workspace: Workspace | null = null;
  let made: Made = failed(noSpending, new Failure('INTERRUPTED', 'The run was cut short.'));
  try {
    workspace = await stage(bench, 'open', () =>
      ports.workspaces.open({ key: order.identity.key, base: order.plan.base }, bench.signal),
    );
    made = await improveUntilJudged(bench, workspace);
    return made;
  } finally {
    deadline.release();
    await workspace?.close({ keep: made.kind === 'failed' });
  }
}

type Bench = { order: ChangeOrder; ports: MakePorts; signal: AbortSignal; spent: Spending };

/** What one look at the change came to: judged for good, or to be mended with these words. */
type Judgement = { made: Made } | { fault: keyof Rounds; feedback: string; failure: Failure };

async function improveUntilJudged(bench: Bench, workspace: Workspace): Promise<Made> {
  const { order, ports } = bench;
  const limits = roundLimits(order.plan.review.maxRounds);
  let rounds = noRounds;
  const session = ports.coder.begin({
    task: order.task,
    workspace,
    model: order.plan.model,
    protocol: order.plan.protocol,
    maxSteps: order.plan.maxSteps,
    onStep: (step) => ports.observe({ type: 'agent:step', ...ticketOf(order), ...step }),
    onText: (text) =>
      ports.observe({ type: 'model:text', ...ticketOf(order), model: order.plan.model, text }),
  });
  let feedback: string | null = null;
  let lastTree: string | null = null;
  for (;;) {
    const said: string | null = feedback;
    const outcome = await stage(bench, 'code', () => session.work(said, bench.signal));
    bench.spent = addSpending(bench.spent, { ...outcome.usage, requests: outcome.requests, usd: 0 });
    const captured = await workspace.capture(bench.signal);
    const judgement = await judge(bench, workspace, { outcome, captured, rounds });
    if ('made' in judgement) return judgement.made;
    const noProgress = captured.tree === lastTree && judgement.fault !== 'unchanged';
    if (noProgress || rounds[judgement.fault] >= limits[judgement.fault])
      return failed(bench.spent, judgement.failure);
    rounds = { ...rounds, [judgement.fault]: rounds[judgement.fault] + 1 };
    feedback = judgement.feedback;
    lastTree = captured.tree;
  }
}

type Look = { outcome: CodingOutcome; captured: CapturedTree; rounds: Rounds };

async function judge(bench: Bench, workspace: Workspace, look: Look): Promise<Judgement> {
  const { order, ports } = bench;
  const { outcome, captured, rounds } = look;
  if (captured.files.length === 0) return judgeUnchanged(bench, outcome);
  if (outcome.end === 'gave-up')
    return { made: failed(bench.spent, new Failure(outcome.code, outcome.reason)) };
  if (outcome.end === 'question') return { made: hold(bench, null, 'QUESTION', outcome.question) };

  const checks = await stage(bench, 'check', () =>
    ports.checks.run(workspace, captured.tree, order.plan.checks, bench.signal),
  );
  for (const result of checks.results) ports.observe({ type: 'check:finished', ...ticketOf(order), result });
  const broken = checks.results.filter((result) => result.outcome === 'broken');
  if (broken.length > 0) {
    const failure = new Failure(
      'CHECKS_BROKEN',
      `Passed before the change and failed after it: ${names(broken)}.`,
    );
    return { fault: 'check', feedback: checkFeedback(checks), failure };
  }

  const refusals = await stage(bench, 'guard', () => Promise.resolve(ports.guard.inspect(captured)));
  for (const { code, path, reason } of refusals)
    ports.observe({ type: 'guard:refused', ...ticketOf(order), code, path, reason });
  const [first] = refusals;
  if (first !== undefined)
    return { fault: 'guard', feedback: guardFeedback(refusals), failure: refusalFailure(first) };

  const reviewed = await review(bench, captured, checks, rounds.review);
  if (reviewed?.decision.action === 'revise') {
    const failure = new Failure(
      'REVIEW_BLOCKED',
      `The reviewer's findings were not mended: ${reviewed.verdict.summary}`,
    );
    return { fault: 'review', feedback: reviewFeedback(reviewed.decision.blocking), failure };
  }
  const verdict = reviewed?.verdict ?? null;
  const change: Change = {
    ...captured,
    base: workspace.base,
    checks,
    verdict,
    model: order.plan.model,
    summary: outcome.summary,
  };
  const red = checks.results.filter((result) => result.outcome === 'still-red');
  if (red.length > 0)
    return {
      made: hold(
        bench,
        change,
        'CHECKS_STILL_RED',
        `Failed before the change and fails after it: ${names(red)}.`,
      ),
    };
  if (reviewed?.decision.action === 'hold') {
    return {
      made: hold(
        bench,
        change,
        'REVIEW_BLOCKED',
        `The reviewer found ${reviewed.decision.blocking.length} blocking problem(s).`,
      ),
    };
  }
  return { made: { kind: 'publish', change, spent: bench.spent } };
}

function judgeUnchanged(bench: Bench, outcome: CodingOutcome): Judgement {
  switch (outcome.end) {
    case 'no-change-needed':
      return { made: hold(bench, null, 'NO_CHANGE_NEEDED', outcome.reason) };
    case 'question':
      return { made: hold(bench, null, 'QUESTION', outcome.question) };
    case 'gave-up':
      return { made: failed(bench.spent, new Failure(outcome.code, outcome.reason)) };
    case 'finished': {
      const failure = new Failure(
        'NO_CHANGES',
        `The model ${bench.order.plan.model} said it was done, but no file differs from the base.`,
      );
      return { fault: 'unchanged', feedback: unchangedFeedback, failure };
    }
  }
}

async function review(
  bench: Bench,
  change: CapturedTree,
  checks: CheckReport,
  round: number,
): Promise<{ verdict: Verdict; decision: ReviewDecision } | null> {
  const { order, ports } = bench;
  const model = order.plan.reviewer;
  if (model === null) return null;
  const verdict = await stage(bench, 'review', () =>
    ports.reviewer.review({ task: order.task, change, checks, model }, bench.signal),
  );
  bench.spent = addSpending(bench.spent, { ...verdict.usage, requests: 1, usd: 0 });
  ports.observe({ type: 'review:finished', ...ticketOf(order), model, findings: verdict.findings });
  return { verdict, decision: decideReview(verdict, order.plan.review, round) };
}

async function stage<T>({ order, ports }: Bench, name: Stage, act: () => Promise<T>): Promise<T> {
  const started = ports.clock.monotonic();
  ports.observe({ type: 'stage:started', ...ticketOf(order), stage: name });
  try {
    return await act();
  } finally {
    ports.observe({
      type: 'stage:finished',
      ...ticketOf(order),
      stage: name,
      elapsedMs: ports.clock.monotonic() - started,
    });
  }
}

function ticketOf(order: ChangeOrder): { taskId: string; runId: string; key: string } {
  return { taskId: order.identity.id, runId: order.runId, key: order.identity.key };
}

function failed(spent: Spending, failure: Failure): Made {
  return { kind: 'failed', failure, spent };
}

function hold(
  bench: Bench,
  change: Change | null,
  code: Extract<Made, { kind: 'hold' }>['code'],
  reason: string,
): Made {
  return { kind: 'hold', change, code, reason, spent: bench.spent };
}

function refusalFailure(refusal: Refusal): Failure {
  const place = refusal.line > 0 ? `${refusal.path}:${refusal.line}` : refusal.path;
  return new Failure(refusal.code, `${place}: ${refusal.reason}`);
}

function names(results: readonly { name: string }[]): string {
  return results.map((result) => result.name).join(', ');
}

/** The caller's signal, and our own once the ticket's minutes are over. */
function limitTime(
  minutes: number,
  clock: Clock,
  signal: AbortSignal,
): { signal: AbortSignal; release: () => void } {
  const timer = new AbortController();
  const over = new AbortController();
  clock.wait(minutes * 60_000, timer.signal).then(
    () => over.abort(new Failure('MODEL_LIMIT', `The ticket used up its ${minutes} minutes.`)),
    () => undefined,
  );
  return { signal: AbortSignal.any([signal, over.signal]), release: () => timer.abort() };
}
