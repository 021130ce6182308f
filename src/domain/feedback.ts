import type { CheckReport, CheckResult } from './change.ts';
import type { Finding } from './review.ts';

/** How often each kind of fault may go back to the coder within one run. */
export type Rounds = { unchanged: number; check: number; guard: number; review: number };

export const noRounds: Rounds = { unchanged: 0, check: 0, guard: 0, review: 0 };

/** Check repairs as measured to be worth it; the others are asked once more, review as its policy says. */
export function roundLimits(reviewRounds: number): Rounds {
  return { unchanged: 1, check: 3, guard: 1, review: reviewRounds };
}

export const unchangedFeedback =
  'Nothing was changed yet. Make the change now with the edit format you were given. If truly nothing needs to change, say so and give the reason.';

export function checkFeedback(report: CheckReport): string {
  const broken = report.results.filter((result) => result.outcome === 'broken');
  return [
    'Your change breaks what worked before it. Mend it without weakening the checks.',
    ...broken.map(describeCheck),
  ].join('\n\n');
}

export function guardFeedback(refusals: readonly { path: string; line: number; reason: string }[]): string {
  const lines = refusals.map(
    ({ path, line, reason }) => `- ${line > 0 ? `${path}:${line}` : path}: ${reason}`,
  );
  return ['The change is refused by a rule of this repository. Mend exactly this:', ...lines].join('\n');
}

export function reviewFeedback(findings: readonly Finding[]): string {
  const lines = findings.map((finding) => {
    const place = finding.line > 0 ? `${finding.file}:${finding.line}` : finding.file;
    return `- [${finding.severity}] ${place}: ${finding.message}${finding.suggestion ? ` Suggestion: ${finding.suggestion}` : ''}`;
  });
  return ['A reviewer found problems in your change. Mend them where they are right:', ...lines].join('\n');
}

function describeCheck(result: CheckResult): string {
  const before = result.baseExitCode === null ? '' : `; before the change it exited ${result.baseExitCode}`;
  return `Check "${result.name}" exited ${result.exitCode ?? 'by a signal or time-out'}${before}:\n${result.output}`;
}
