import type { Change } from './change.ts';
import type { JudgedCriterion } from './criteria.ts';
import type { Failure } from './failure.ts';
import type { PullRequest } from './forge.ts';
import type { Publication } from './run.ts';
import { cut, joinLines } from './untrusted.ts';

/** What a ticket's own history says of a run. Short: the pull request, the log and `show` have the rest. */

export function describeWork(
  { checks, verdict, model }: Pick<Change, 'checks' | 'verdict' | 'model'>,
  { criteria, branch }: { criteria: readonly JudgedCriterion[]; branch: string },
): string {
  const checked = checks.results.map(({ name, outcome }) => `${name} ${outcome}`).join(', ');
  const count = verdict?.findings.length ?? 0;
  const reviewed =
    verdict === null
      ? 'switched off'
      : `${count === 0 ? 'no findings' : count === 1 ? '1 finding' : `${count} findings`} by ${verdict.model}`;
  return [
    `- Branch: ${branch}`,
    `- Checks: ${checked === '' ? 'none configured or found' : checked}`,
    `- Review: ${reviewed}`,
    `- Model: ${model}`,
    ...describeCriteria(criteria),
  ].join('\n');
}

/** What is not shown by a check or the diff is for a person to look at, and said. */
function describeCriteria(criteria: readonly JudgedCriterion[]): string[] {
  if (criteria.length === 0) return [];
  const shown = criteria.flatMap(({ evidence }, index) =>
    evidence === null ? [] : [`#${index + 1} (${evidence})`],
  );
  const open = criteria.flatMap(({ evidence }, index) => (evidence === null ? [`#${index + 1}`] : []));
  const parts = [
    ...(shown.length === 0 ? [] : [`met ${shown.join(', ')}`]),
    ...(open.length === 0 ? [] : [`not shown by a check or the diff, look yourself: ${open.join(', ')}`]),
  ];
  return [`- Criteria: ${cut(parts.join('; '), 1000)}`];
}

export function publishedNote(
  publication: Publication,
  pullRequest: Pick<PullRequest, 'url'> | null,
): string {
  const where = pullRequest === null ? 'The branch is ready.' : `Pull request: ${pullRequest.url}`;
  return `${where}\n\n${publication.report}`;
}

const heldBeginning = 'A person must decide: ';

/** Whether a comment of ours left a decision to a person. */
export function isQuestion(comment: string): boolean {
  return comment.startsWith(heldBeginning);
}

export function heldNote(reason: string, publication: Publication | null, advice: string): string {
  const parts = [`${heldBeginning}${cut(reason, 2000)}`, publication?.report ?? '', advice];
  return parts.filter((part) => part !== '').join('\n\n');
}

export const editedNote =
  'The ticket was edited while it was at work. All this is about what it said before; the edit is kept.';

export function failedNote(failure: Failure): string {
  return `Failed (${failure.code}): ${cut(joinLines(failure.message), 1000)}\n\n${failure.hint}`;
}
