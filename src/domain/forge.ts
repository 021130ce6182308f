import type { Finding } from './review.ts';

/** A pull request as every forge can tell it. */
export type PullRequest = {
  number: number;
  url: string;
  state: 'open' | 'merged' | 'closed';
  branch: string;
  base: string;
  title: string;
  /** Head commit as last published. */
  head: string;
};

export type PullRequestDraft = {
  branch: string;
  base: string;
  head: string;
  title: string;
  body: string;
  draft: boolean;
  findings: Finding[];
  /** One line about checks and review, for the status of the commit. */
  summary: string;
  /** Title of a milestone that the forge may have. */
  milestone?: string;
};
