import * as z from 'zod';
import type { PullRequest, PullRequestDraft } from '../domain/forge.ts';

/** Null for somebody who is no longer there. */
export const person = z.object({ login: z.string() }).nullish();

/** A pull request as GitHub and Gitea alike tell of it; only what is read of it. */
export const hostedShape = z.object({
  number: z.number().int().positive(),
  html_url: z.string(),
  state: z.enum(['open', 'closed']),
  merged_at: z.string().nullish(),
  title: z.string(),
  body: z.string().nullish(),
  /** False when it conflicts with its base; null while the forge has not found out. */
  mergeable: z.boolean().nullish(),
  /** What GitHub's own rules say of a merge, in one word. */
  mergeable_state: z.string().nullish(),
  draft: z.boolean().nullish(),
  head: z.object({
    ref: z.string(),
    sha: z.string(),
    repo: z.object({ full_name: z.string() }).nullish(),
  }),
  base: z.object({ ref: z.string() }),
  labels: z.array(z.object({ name: z.string() })).default([]),
  requested_reviewers: z.array(z.object({ login: z.string() })).nullish(),
  user: person,
});

export type HostedPullRequest = z.output<typeof hostedShape>;

/** Where a repository is: `owner/name`. */
export type Place = { owner: string; repo: string };

/** What is said at a line of a pull request; `marker` is in the text, by which it is found again. */
export type LineComment = { path: string; line: number; body: string; marker: string };

/** What GitHub and Gitea do differently; the order of things, and what is done twice, is `openHostedForge`'s. */
export interface Dialect {
  /** The newest pull request of a branch of this very repository, in whatever state. */
  newest(branch: string): Promise<HostedPullRequest | null>;
  create(draft: PullRequestDraft): Promise<HostedPullRequest>;
  merge(number: number, head: string): Promise<void>;
  addLabels(number: number, labels: readonly string[]): Promise<void>;
  setMilestone(number: number, title: string): Promise<void>;
  /** The texts of all comments at lines, for their markers. */
  lineComments(number: number): Promise<string[]>;
  /** All at once or none. */
  comment(number: number, head: string, comments: readonly LineComment[]): Promise<void>;
}

export function publicPart(hosted: HostedPullRequest): PullRequest {
  const { number, html_url: url, title, head, base } = hosted;
  const state = hosted.state === 'open' ? 'open' : hosted.merged_at == null ? 'closed' : 'merged';
  return { number, url, state, branch: head.ref, base: base.ref, title, head: head.sha };
}
