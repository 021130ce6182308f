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

/** What somebody who may write asks to be changed. All texts are foreign. */
export type ChangeRequest = {
  id: string;
  author: string;
  text: string;
  comments: { path: string; line: number; text: string }[];
};

export type FailedCheck = { id: string; name: string; text: string };

/** How a pull request stands at the moment. */
export type PullRequestNews = PullRequest & {
  /** False when it conflicts with its base; null while the forge has not found out. */
  isMergeable: boolean | null;
  requests: ChangeRequest[];
  /** Of the head; none while any of its checks still runs. */
  failedChecks: FailedCheck[];
  /** Null unless it is open. */
  merging: MergeSigns | null;
};

/** What stands for merging an open pull request, and what against it. */
export type MergeSigns = {
  isDraft: boolean;
  /** Whether the forge's own rules hold it back, or it has not found out yet. */
  isBlocked: boolean;
  /** Whether each check of the head passed, and the status of ours that says so is there. */
  isGreen: boolean;
  /** Whether somebody's last word asks for changes, of whatever commit, and whoever it is. */
  isContested: boolean;
  /** Whose last word is that they approve of this very head; not yet asked whether they may. */
  approvedBy: string[];
};

export type ForgeIssue = {
  number: number;
  url: string;
  title: string;
  body: string;
  author: string;
  labels: string[];
  isOpen: boolean;
  /** ISO date of the last change of whatever kind. */
  updatedAt: string;
};

/** `at` as the forge writes it; empty where it does not say. */
export type Labelling = { by: string; at: string };

/** Events of a forge's webhook that can mean something here. */
export const webhookEvents = [
  'issues',
  'issue_comment',
  'pull_request',
  'pull_request_review',
  'check_run',
  'check_suite',
  'status',
] as const;
