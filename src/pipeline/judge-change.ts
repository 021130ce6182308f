import type { CapturedTree, Change, CheckReport, Remark } from '../domain/change.ts';
import { addSpending } from '../domain/change.ts';
import { Failure } from '../domain/failure.ts';
import { isOfTheModel } from '../domain/fallback.ts';
import type { Rounds } from '../domain/feedback.ts';
import { checkFeedback, guardFeedback, reviewFeedback, unchangedFeedback } from '../domain/feedback.ts';
import type { ReviewDecision, Verdict } from '../domain/review.ts';
import { decideReview } from '../domain/review.ts';
import type { CodingOutcome, Workspace } from '../ports.ts';
import type { Bench, Judgement } from './bench.ts';
import { atHook, atStage, isRecipe, ticketOf } from './bench.ts';
import { refusalFailure, refusedChange } from './hold-refused.ts';
import { inspectChange } from './inspect-change.ts';

export type Look = { outcome: CodingOutcome; captured: CapturedTree; rounds: Rounds };

/** Judges what the worktree holds. The coder's words explain; they prove nothing. */
export async function judgeChange(bench: Bench, workspace: Workspace, look: Look): Promise<Judgement> {
  const { outcome, captured } = look;
  if (captured.files.length === 0 || captured.tree === bench.start || outcome.end === 'split')
    return judgeUnchanged(bench, outcome);
  if (outcome.end === 'gave-up')
    return { verdict: 'failed', failure: new Failure(outcome.code, outcome.reason) };
  if (outcome.end === 'question')
    return { verdict: 'hold', change: null, code: 'QUESTION', reason: outcome.question };

  await atHook(bench, 'checks:before', workspace);
  const checks = await runChecks(bench, workspace, captured);
  const broken = checks.results.filter((result) => result.outcome === 'broken');
  if (broken.length > 0) {
    const failure = new Failure(
      'CHECKS_BROKEN',
      `Passed before the change and failed after it: ${names(broken)}.`,
    );
    return { verdict: 'mend', fault: 'check', feedback: checkFeedback(checks), failure };
  }

  const { refusals, remarks } = await inspectChange(bench, { workspace, captured, checks });
  if (refusals.length > 0) {
    bench.refused = refusedChange(bench, workspace, { outcome, captured, checks, remarks, refusals });
    const failure = refusalFailure(refusals);
    return { verdict: 'mend', fault: 'guard', feedback: guardFeedback(refusals), failure };
  }

  return judgeReviewed(bench, workspace, { ...look, checks, remarks });
}

async function judgeReviewed(
  bench: Bench,
  workspace: Workspace,
  { outcome, captured, rounds, checks, remarks }: Look & { checks: CheckReport; remarks: Remark[] },
): Promise<Judgement> {
  const reviewed = await review(bench, captured, { checks, round: rounds.review }).catch((error: unknown) =>
    unreviewed(bench, error),
  );
  const blocking = reviewed?.decision.blocking ?? [];
  if (reviewed?.decision.action === 'revise') {
    const failure = new Failure(
      'REVIEW_BLOCKED',
      `The reviewer's findings were not mended: ${reviewed.verdict.summary}`,
    );
    return { verdict: 'mend', fault: 'review', feedback: reviewFeedback(blocking), failure };
  }
  const change: Change = {
    ...captured,
    base: workspace.base,
    checks,
    remarks: isRecipe(bench) && reviewed === null ? [...remarks, noVerdict] : remarks,
    verdict: reviewed?.verdict ?? null,
    model: bench.model,
    summary: outcome.summary,
  };
  const red = checks.results.filter((result) => result.outcome === 'still-red');
  if (red.length > 0) {
    const reason = `Failed before the change and fails after it: ${names(red)}.`;
    return { verdict: 'hold', change, code: 'CHECKS_STILL_RED', reason };
  }
  if (reviewed?.decision.action === 'hold') {
    const reason = `The reviewer found ${blocking.length} blocking ${blocking.length === 1 ? 'problem' : 'problems'}.`;
    return { verdict: 'hold', change, code: 'REVIEW_BLOCKED', reason };
  }
  return { verdict: 'publish', change };
}

/**
 * What needed no model to be made does not wait for one to be looked at: its checks and guards passed, and a person
 * merges it. A verdict that is no verdict is a failure all the same.
 */
function unreviewed(bench: Bench, error: unknown): null {
  const isOutage = error instanceof Failure && error.isInfrastructure && isOfTheModel(error);
  if (!isRecipe(bench) || !isOutage) throw error;
  return null;
}

const noVerdict: Remark = {
  path: '',
  line: 0,
  text: 'A mechanical change, made and checked without a model; no model has reviewed it.',
};

function judgeUnchanged({ model }: Bench, outcome: CodingOutcome): Judgement {
  switch (outcome.end) {
    case 'no-change-needed':
      return { verdict: 'hold', change: null, code: 'NO_CHANGE_NEEDED', reason: outcome.reason };
    case 'question':
      return { verdict: 'hold', change: null, code: 'QUESTION', reason: outcome.question };
    case 'answered':
      return { verdict: 'hold', change: null, code: 'ANSWERED', reason: outcome.answer };
    case 'split': {
      const { reason, parts } = outcome;
      return { verdict: 'hold', change: null, code: 'SPLIT', reason, parts };
    }
    case 'gave-up':
      return { verdict: 'failed', failure: new Failure(outcome.code, outcome.reason) };
    case 'finished': {
      const failure = new Failure(
        'NO_CHANGES',
        `The model ${model} said it was done, but no file differs from the base.`,
      );
      return { verdict: 'mend', fault: 'unchanged', feedback: unchangedFeedback, failure };
    }
  }
}

async function runChecks(bench: Bench, workspace: Workspace, captured: CapturedTree): Promise<CheckReport> {
  const { order, ports, signal } = bench;
  const report = await atStage(bench, 'check', () =>
    ports.checks.run(workspace, captured.tree, order.plan.checks, signal),
  );
  for (const result of report.results) ports.observe({ type: 'check:finished', ...ticketOf(order), result });
  if (report.results.length === 0) {
    const text = 'no check is configured, and none was found in the repository';
    ports.observe({ type: 'guard:remarked', ...ticketOf(order), path: '', text });
  }
  return report;
}

async function review(
  bench: Bench,
  change: CapturedTree,
  { checks, round }: { checks: CheckReport; round: number },
): Promise<{ verdict: Verdict; decision: ReviewDecision } | null> {
  const { order, ports, signal } = bench;
  const model = order.plan.reviewer;
  if (model === null) return null;
  const verdict = await atStage(bench, 'review', () =>
    ports.reviewer.review({ task: order.task, change, checks, model }, signal),
  );
  bench.spent = addSpending(bench.spent, { ...verdict.usage, requests: verdict.requests, usd: 0 });
  ports.observe({
    type: 'review:finished',
    ...ticketOf(order),
    model: verdict.model,
    tree: verdict.tree,
    findings: verdict.findings,
  });
  return { verdict, decision: decideReview(verdict, order.plan.review, round) };
}

function names(results: readonly { name: string }[]): string {
  return results.map((result) => result.name).join(', ');
}
