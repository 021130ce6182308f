import { createHash } from 'node:crypto';
import type { CaseResult } from '../domain/calibration.ts';
import { Failure } from '../domain/failure.ts';
import { severities, type Finding } from '../domain/review.ts';
import type { Reviewer, ReviewRequest } from '../ports.ts';
import type { CalibrationCase } from './calibration-set.ts';

export type CalibrateOptions = {
  reviewer: Reviewer;
  model: string;
  /** What is known from before, by id of the case. */
  known: ReadonlyMap<string, CaseResult['worst']>;
  /** How many cases are asked at the same time. */
  parallel: number;
  /** Called after each case with all results so far, one call at a time. */
  keep: (results: readonly CaseResult[]) => Promise<void>;
};

/** Has a reviewer judge every case as it would judge a ticket's change. What it was asked before is not asked again. */
export async function calibrate(
  cases: readonly CalibrationCase[],
  options: CalibrateOptions,
  signal: AbortSignal,
): Promise<CaseResult[]> {
  const results = new Map<string, CaseResult>();
  const waiting: CalibrationCase[] = [];
  for (const each of cases) {
    const worst = options.known.get(each.id);
    if (worst === undefined) waiting.push(each);
    else results.set(each.id, { id: each.id, seeded: each.seeded, worst });
  }
  let kept = Promise.resolve();
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const worst = await judge(next, options, signal);
      results.set(next.id, { id: next.id, seeded: next.seeded, worst });
      kept = kept.then(() => options.keep([...results.values()]));
      await kept;
    }
  };
  await Promise.all(Array.from({ length: options.parallel }, work));
  return cases.flatMap(({ id }) => results.get(id) ?? []);
}

/** A case as the reviewer is asked about it; no check ran on it. */
export function requestOf(each: CalibrationCase, model: string): ReviewRequest {
  const tree = createHash('sha1').update(each.diff).digest('hex');
  return {
    task: { id: 'task-1', title: each.title, brief: each.brief, criteria: [], notes: '' },
    change: { tree, diff: each.diff, files: [] },
    checks: { tree, results: [] },
    model,
  };
}

async function judge(
  each: CalibrationCase,
  { reviewer, model }: CalibrateOptions,
  signal: AbortSignal,
): Promise<CaseResult['worst']> {
  try {
    const { findings } = await reviewer.review(requestOf(each, model), signal);
    const place = each.seeded === null ? findings : findings.filter(({ file }) => each.files.includes(file));
    return worstOf(place);
  } catch (error) {
    if (error instanceof Failure && error.code === 'REVIEW_FAILED') return 'no verdict';
    throw error;
  }
}

function worstOf(findings: readonly Finding[]): CaseResult['worst'] {
  return severities.find((severity) => findings.some((finding) => finding.severity === severity)) ?? null;
}
