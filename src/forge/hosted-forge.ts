import * as z from 'zod';
import { Failure, toFailure } from '../domain/failure.ts';
import type { PullRequest, PullRequestDraft } from '../domain/forge.ts';
import { cut } from '../domain/untrusted.ts';
import type { Forge } from '../ports.ts';
import { findingComments, missing } from './finding-comments.ts';
import type { ForgeApi } from './forge-api.ts';
import { refusalOf } from './forge-faults.ts';
import type { Dialect, HostedPullRequest, LineComment, Place } from './hosted.ts';
import { hostedShape, publicPart } from './hosted.ts';
import { markOurPart, replaceOurPart } from './our-part.ts';
import type { Patience } from './patiently.ts';
import { patiently } from './patiently.ts';

export type HostedForgeOptions = Patience & {
  api: ForgeApi;
  place: Place;
  dialect: Dialect;
  labels: readonly string[];
  reviewers: readonly string[];
  /** What is no reason to fail, such as a label that could not be given. */
  warn: (message: string) => void;
};

/** The name under which our verdict stands beside the checks of a commit. */
export const statusContext = 'ticketmill';

/** A forge with a server. Every effect is looked for before it is caused, and looked for again when its answer is lost. */
export function openHostedForge(options: HostedForgeOptions): Forge {
  const { api, place, dialect } = options;

  async function change(number: number, changes: object): Promise<HostedPullRequest> {
    return api.ask(`PATCH ${pulls}/{number}`, { ...place, number, ...changes }, hostedShape);
  }

  async function openOrAdopt(draft: PullRequestDraft): Promise<HostedPullRequest | null> {
    const newest = await dialect.newest(draft.branch);
    if (newest?.state === 'open') return adopt(newest, draft);
    // Decided by a person since it was looked for: the same change is not asked about twice.
    if (newest?.head.sha === draft.head) return newest;
    try {
      return await dialect.create(draft);
    } catch (error) {
      return afterRefusal(error, draft);
    }
  }

  async function afterRefusal(error: unknown, draft: PullRequestDraft): Promise<HostedPullRequest | null> {
    const { status = 0, text = '' } = refusalOf(error) ?? {};
    if (status !== 409 && status !== 422) throw error;
    if (/no commits between|no changes? between|nothing to compare/i.test(text)) return null;
    if (draft.draft && /draft/i.test(text)) return openOrAdopt({ ...draft, draft: false });
    const there = await dialect.newest(draft.branch);
    if (there?.state === 'open') return adopt(there, draft);
    if (/\bhead\b/i.test(text)) throw new Failure('FORGE_HEAD_MISSING', toFailure(error).message);
    throw error;
  }

  /** A title is a person's as soon as it stands there; of the body the part that is ours is written anew. */
  async function adopt(existing: HostedPullRequest, draft: PullRequestDraft): Promise<HostedPullRequest> {
    const body = replaceOurPart(existing.body ?? '', draft.body);
    if (body === null || body === (existing.body ?? '').replaceAll('\r\n', '\n')) return existing;
    return change(existing.number, { body });
  }

  return {
    async find(branch) {
      const newest = await patiently(options, () => dialect.newest(branch));
      return newest === null ? null : publicPart(newest);
    },

    async open(draft) {
      const ours = { ...draft, body: markOurPart(draft.body) };
      const opened = await patiently(options, () => openOrAdopt(ours));
      if (opened === null) return null;
      if (opened.state === 'closed') return publicPart(opened);
      await dress(options, opened, draft);
      return { ...publicPart(opened), head: draft.head };
    },

    async merge(pullRequest) {
      const { number, branch, head } = pullRequest;
      return patiently(options, async () => {
        const now = await dialect.newest(branch);
        if (now === null || now.number !== number) throw refusedMerge(pullRequest, 'it is gone');
        if (now.state === 'closed' && now.merged_at == null) throw refusedMerge(pullRequest, 'it was closed');
        if (now.state === 'open') await mergeNow(options, pullRequest, head);
        return { ...publicPart(now), state: 'merged' };
      });
    },

    close: ({ number }) =>
      patiently(options, async () => {
        const closed = await change(number, { state: 'closed' });
        return publicPart(closed);
      }),
  };
}

export const repository = '/repos/{owner}/{repo}';
export const pulls = `${repository}/pulls`;

async function mergeNow(
  { dialect }: HostedForgeOptions,
  pullRequest: PullRequest,
  head: string,
): Promise<void> {
  try {
    await dialect.merge(pullRequest.number, head);
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === null) throw error;
    throw refusedMerge(pullRequest, refusal.text);
  }
}

function refusedMerge({ url }: PullRequest, why: string): Failure {
  return new Failure('MERGE_REFUSED', `${url} was not merged: ${why}.`);
}

/** Labels, reviewers, milestone, comments and status: each is best effort, but an outage is tried again as a whole. */
async function dress(
  options: HostedForgeOptions,
  opened: HostedPullRequest,
  draft: PullRequestDraft,
): Promise<void> {
  const { api, place, dialect, warn } = options;
  const { number } = opened;
  const parts: [string, () => Promise<void>][] = [
    ['labels', () => label(options, opened)],
    ['reviewers', () => askReviewers(options, opened, draft.head)],
    [
      'milestone',
      async () => (draft.milestone === undefined ? undefined : dialect.setMilestone(number, draft.milestone)),
    ],
    ['comments', () => commentFindings(options, number, draft)],
    ['status', () => setStatus({ api, place }, draft)],
  ];
  for (const [name, act] of parts) {
    await patiently(options, act).catch((error: unknown) => {
      const failure = toFailure(error);
      if (failure.isInfrastructure || failure.code === 'INTERNAL') throw error;
      warn(`The ${name} of ${opened.html_url} could not be set: ${failure.message}`);
    });
  }
}

async function label({ dialect, labels }: HostedForgeOptions, opened: HostedPullRequest): Promise<void> {
  const there = new Set(opened.labels.map(({ name }) => name.toLowerCase()));
  const wanted = labels.filter((each) => !there.has(each.toLowerCase()));
  if (wanted.length > 0) await dialect.addLabels(opened.number, wanted);
}

const reviewShape = z.object({
  user: z.object({ login: z.string() }).nullish(),
  commit_id: z.string().nullish(),
});

/** Whoever is asked already, or has answered to this very head, is not asked again. */
async function askReviewers(
  { api, place, reviewers }: HostedForgeOptions,
  { number, requested_reviewers: asked, user }: HostedPullRequest,
  head: string,
): Promise<void> {
  if (reviewers.length === 0) return;
  const answers = await api.ask(`GET ${pulls}/{number}/reviews`, { ...place, number }, z.array(reviewShape));
  const settled = [
    ...(asked ?? []).map(({ login }) => login),
    ...answers.flatMap((answer) => (answer.commit_id === head ? [answer.user?.login ?? ''] : [])),
    user?.login ?? '',
  ].map((login) => login.toLowerCase());
  const wanted = reviewers.filter((login) => !settled.includes(login.toLowerCase()));
  if (wanted.length === 0) return;
  const order = { ...place, number, reviewers: wanted };
  await api.ask(`POST ${pulls}/{number}/requested_reviewers`, order, z.unknown());
}

/** A line that is no part of the diff can't be commented; its finding is in the body all the same. */
async function commentFindings(
  { dialect }: HostedForgeOptions,
  number: number,
  { findings, head }: PullRequestDraft,
): Promise<void> {
  const comments = findingComments(findings);
  if (comments.length === 0) return;
  const wanted = missing(comments, await dialect.lineComments(number));
  if (wanted.length === 0) return;
  const post = (some: readonly LineComment[]) => dialect.comment(number, head, some);
  try {
    await post(wanted);
  } catch (error) {
    if (refusalOf(error)?.status !== 422 || wanted.length === 0) throw error;
    for (const each of wanted) await post([each]).catch(ignoreRefusal);
  }
}

function ignoreRefusal(error: unknown): void {
  if (refusalOf(error)?.status !== 422) throw error;
}

const statusShape = z.object({
  context: z.string(),
  state: z.string().optional(),
  status: z.string().optional(),
  description: z.string().nullish(),
});

async function setStatus(
  { api, place }: { api: ForgeApi; place: Place },
  { head, summary }: PullRequestDraft,
): Promise<void> {
  const description = cut(summary, 140);
  const at = { ...place, sha: head };
  const all = await api.ask(`GET ${repository}/commits/{sha}/statuses`, at, z.array(statusShape));
  const ours = all.find(({ context }) => context === statusContext);
  if (ours !== undefined && ours.description === description) return;
  const status = { ...at, state: 'success', context: statusContext, description };
  await api.ask(`POST ${repository}/statuses/{sha}`, status, z.unknown());
}
