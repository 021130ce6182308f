import type { ReviewedDiff } from '../app/models/review-diff.ts';
import { severities } from '../domain/review.ts';
import type { Finding, Severity } from '../domain/review.ts';
import { forLine } from '../domain/untrusted.ts';
import { countFindings } from './describe-event.ts';
import type { Output, Tone } from './output.ts';

const tones: Record<Severity, Tone> = { CRITICAL: 'bad', HIGH: 'bad', MEDIUM: 'warn', LOW: 'dim' };

/** What was found, the gravest first. */
export async function printReview({ base, verdict }: ReviewedDiff, output: Output): Promise<void> {
  if (verdict === null) return output.print(`Nothing differs from ${forLine(base, 200)}.`);
  const { model, summary, findings, advisory } = verdict;
  const inOrder = findings.toSorted(
    (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity),
  );
  const advice =
    advisory === undefined ? [] : [`Advice only, which stops nothing: ${forLine(advisory, 500)}.`];
  const lines = [
    ...inOrder.flatMap((finding) => describe(finding, output)),
    `${forLine(model, 200)}: ${countFindings(findings)}. ${forLine(summary, 1000)}`.trim(),
    ...advice,
  ];
  await output.print(lines.join('\n'));
}

function describe(finding: Finding, { paint }: Output): string[] {
  const { severity, category, file, line, message, suggestion } = finding;
  const place = paint('strong', forLine(line > 0 ? `${file}:${line}` : file, 300));
  const head = `${paint(tones[severity], severity)} ${place} ${paint('dim', category)}`;
  const advice = suggestion === undefined ? [] : [`  Suggestion: ${forLine(suggestion, 1000)}`];
  return [head, `  ${forLine(message, 2000)}`, ...advice, ''];
}
