import * as z from 'zod';
import type { ForgeIssue, Labelling, MergeSigns, PullRequestNews } from '../domain/forge.ts';
import { toFailure } from '../domain/failure.ts';
import type { Clock, ForgePeople } from '../ports.ts';
import { allPages } from './all-pages.ts';
import type { ForgeApi } from './forge-api.ts';
import { headChecks } from './head-checks.ts';
import { pulls, repository } from './hosted-forge.ts';
import type { Place } from './hosted.ts';
import type { HostedPullRequest } from './hosted.ts';
import { hostedShape, person, publicPart } from './hosted.ts';
import type { Review } from './reviews.ts';
import { asksForChanges, changeRequests, lastReviews } from './reviews.ts';

export type PeopleOptions = {
  kind: 'github' | 'gitea';
  api: ForgeApi;
  place: Place;
  clock: Pick<Clock, 'monotonic'>;
};

/** What people and checks say on GitHub or Gitea. */
export function openPeople({ kind, api, place, clock }: PeopleOptions): ForgePeople {
  const at = { kind, api, place };
  const mayWrite = rememberPermissions({ api, place, clock });

  return {
    mayWrite,
    async news(number): Promise<PullRequestNews | null> {
      const found = await api.seek(`GET ${pulls}/{number}`, { ...place, number }, hostedShape);
      if (found === null) return null;
      const news = { ...publicPart(found), isMergeable: found.mergeable ?? null };
      if (news.state !== 'open') return { ...news, requests: [], failedChecks: [], merging: null };
      const reviews = await lastReviews(at, number);
      const asked = await changeRequests(at, { number, reviews, mayWrite });
      const { failed, isGreen } = await headChecks(at, news.head);
      const merging = { ...signsOf(kind, found, reviews), isGreen };
      return { ...news, requests: asked, failedChecks: failed, merging };
    },
    async issue(number) {
      const found = await api.seek(`GET ${repository}/issues/{number}`, { ...place, number }, issueShape);
      return found === null ? null : publicIssue(found);
    },
    async labelled(label) {
      const asked = { ...place, labels: label, state: 'open', type: 'issues' };
      const all = await allPages(at, `GET ${repository}/issues`, asked, issueShape);
      return all.filter(({ pull_request }) => pull_request == null).map(publicIssue);
    },
    whoLabelled: (number, label) => whoLabelled(at, number, label),
  };
}

/** Gitea has no word for what its rules say; it refuses the merge itself. */
function signsOf(
  kind: PeopleOptions['kind'],
  { title, draft, head, mergeable, mergeable_state: word }: HostedPullRequest,
  reviews: readonly Review[],
): Omit<MergeSigns, 'isGreen'> {
  const approving = reviews.filter(({ state, commit_id }) => state === 'APPROVED' && commit_id === head.sha);
  return {
    isDraft: draft === true || /^\s*(\[wip\]|wip:|draft:)/i.test(title),
    isBlocked: mergeable !== true || (kind === 'github' && word !== 'clean' && word !== 'has_hooks'),
    isContested: reviews.some(asksForChanges),
    approvedBy: approving.flatMap(({ user }) => (user == null ? [] : [user.login])),
  };
}

/** Milliseconds for which the forge's word about a person is believed. */
const permissionMs = 60_000;

function rememberPermissions({ api, place, clock }: Pick<PeopleOptions, 'api' | 'place' | 'clock'>) {
  const known = new Map<string, { may: boolean; until: number }>();
  const shape = z.object({ permission: z.string() });
  return async (name: string): Promise<boolean> => {
    const now = clock.monotonic();
    const there = known.get(name);
    if (there !== undefined && there.until > now) return there.may;
    const path = `GET ${repository}/collaborators/{username}/permission`;
    const told = await api.seek(path, { ...place, username: name }, shape).catch((error: unknown) => {
      if (toFailure(error).code === 'FORGE_REFUSED') return null;
      throw error;
    });
    const may = ['owner', 'admin', 'maintain', 'write'].includes(told?.permission ?? 'none');
    known.delete(name);
    known.set(name, { may, until: now + permissionMs });
    for (const [oldest] of known) if (known.size > mostRemembered) known.delete(oldest);
    return may;
  };
}

const mostRemembered = 1000;

const issueShape = z.object({
  number: z.number(),
  html_url: z.string(),
  title: z.string(),
  body: z.string().nullish(),
  state: z.string(),
  updated_at: z.string(),
  user: person,
  labels: z.array(z.object({ name: z.string() })).default([]),
  pull_request: z.unknown().optional(),
});

function publicIssue(issue: z.output<typeof issueShape>): ForgeIssue {
  return {
    number: issue.number,
    url: issue.html_url,
    title: issue.title,
    body: issue.body ?? '',
    author: issue.user?.login ?? '',
    labels: issue.labels.map(({ name }) => name),
    isOpen: issue.state === 'open',
    updatedAt: issue.updated_at,
  };
}

const eventShape = z.object({
  event: z.string().nullish(),
  type: z.string().nullish(),
  created_at: z.string().nullish(),
  actor: person,
  user: person,
  label: z.object({ name: z.string() }).nullish(),
});

/** The last time the label was given, and by whom. */
async function whoLabelled(
  { kind, api, place }: Pick<PeopleOptions, 'kind' | 'api' | 'place'>,
  number: number,
  label: string,
): Promise<Labelling | null> {
  const path = kind === 'github' ? 'events' : 'timeline';
  const route = `GET ${repository}/issues/{number}/${path}`;
  const all = await allPages({ kind, api }, route, { ...place, number }, eventShape);
  const given = all.filter(
    (each) =>
      (each.event === 'labeled' || each.type === 'label') &&
      each.label?.name.toLowerCase() === label.toLowerCase(),
  );
  const last = given.at(-1);
  const by = last?.actor?.login ?? last?.user?.login;
  return by === undefined ? null : { by, at: last?.created_at ?? '' };
}
