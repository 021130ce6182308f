import type { MergeSigns, PullRequestNews } from '../../src/domain/forge.ts';

/** What a forge says of an open pull request that everybody is content with, unless told otherwise. */
export function pullRequestNews(more: Partial<PullRequestNews> = {}): PullRequestNews {
  return {
    number: 7,
    url: 'https://forge.example/7',
    state: 'open',
    branch: 'ticket/task-1',
    base: 'main',
    title: 'Greet people',
    head: 'abc',
    isMergeable: true,
    requests: [],
    failedChecks: [],
    merging: mergeSigns(),
    ...more,
  };
}

export function mergeSigns(more: Partial<MergeSigns> = {}): MergeSigns {
  return {
    isDraft: false,
    isBlocked: false,
    isGreen: true,
    isContested: false,
    approvedBy: ['ada'],
    ...more,
  };
}
