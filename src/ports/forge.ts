import type {
  ForgeIssue,
  Labelling,
  PullRequest,
  PullRequestDraft,
  PullRequestNews,
} from '../domain/forge.ts';

/** Where pull requests live. */
export interface Forge {
  /** The newest pull request of a head branch in whatever state; null when there never was one. */
  find(branch: string): Promise<PullRequest | null>;
  /** Opens one, or brings the open one of this branch up to date; null when the base has all of it already. */
  open(draft: PullRequestDraft): Promise<PullRequest | null>;
  /** Merges into the base branch; throws `MERGE_REFUSED` with the reason. */
  merge(pullRequest: PullRequest): Promise<PullRequest>;
  close(pullRequest: PullRequest): Promise<PullRequest>;
}

/** What a forge with people on it can tell besides. */
export interface ForgePeople {
  /** How a pull request stands: what those who may write ask for, and which checks of its head failed; null when it is gone. */
  news(number: number): Promise<PullRequestNews | null>;
  /** Whether somebody may write to the repository, as the forge itself says. */
  mayWrite: (login: string) => Promise<boolean>;
  /** Null when there is none of this number. */
  issue(number: number): Promise<ForgeIssue | null>;
  /** The open issues that carry a label. */
  labelled(label: string): Promise<ForgeIssue[]>;
  /** Who gave it the last time; null when nobody did. */
  whoLabelled(number: number, label: string): Promise<Labelling | null>;
}
