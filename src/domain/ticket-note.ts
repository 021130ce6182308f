import type { CheckResult } from './change.ts';
import type { Failure } from './failure.ts';
import type { PullRequest } from './forge.ts';
import type { Publication } from './run.ts';
import type { Verdict } from './review.ts';
import { cut, joinLines } from './untrusted.ts';

/** What a ticket's own history says of a run. Short: the pull request, the log and `show` have the rest. */

export function describeWork(
  checks: readonly CheckResult[],
  verdict: Verdict | null,
  { model, branch }: { model: string; branch: string },
): string {
  const checked = checks.map(({ name, outcome }) => `${name} ${outcome}`).join(', ');
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
  ].join('\n');
}

export function publishedNote(
  publication: Publication,
  pullRequest: Pick<PullRequest, 'url'> | null,
): string {
  const where = pullRequest === null ? 'The branch is ready.' : `Pull request: ${pullRequest.url}`;
  return `${where}\n\n${publication.report}`;
}

export function heldNote(reason: string, publication: Publication | null, advice: string): string {
  const parts = [`A person must decide: ${cut(reason, 2000)}`, publication?.report ?? '', advice];
  return parts.filter((part) => part !== '').join('\n\n');
}

export const editedNote =
  'The ticket was edited while it was at work. All this is about what it said before; the edit is kept.';

export function failedNote(failure: Failure): string {
  return `Failed (${failure.code}): ${cut(joinLines(failure.message), 1000)}\n\n${failure.hint}`;
}
