import * as z from 'zod';
import type {
  ChangeRequest,
  FailedCheck,
  ForgeIssue,
  LabelledIssue,
  PullRequestNews,
} from '../domain/forge.ts';
import { toFailure } from '../domain/failure.ts';
import type { Clock, ForgePeople } from '../ports.ts';
import { failedChecks } from './failed-checks.ts';
import type { ForgeApi } from './forge-api.ts';
import { pulls, repository } from './hosted-forge.ts';
import type { Place } from './hosted.ts';
import { hostedShape, publicPart } from './hosted.ts';

export type PeopleOptions = {
  kind: 'github' | 'gitea';
  api: ForgeApi;
  place: Place;
  clock: Pick<Clock, 'monotonic'>;
};

/** What people and checks say on GitHub or Gitea. */
export function openPeople({ kind, api, place, clock }: PeopleOptions): ForgePeople {
  const mayWrite = rememberPermissions({ api, place, clock });

  async function requests(number: number): Promise<ChangeRequest[]> {
    const at = { ...place, number, per_page: 100, limit: 50 };
    const all = await api.ask(`GET ${pulls}/{number}/reviews`, at, z.array(reviewShape));
    const asked: ChangeRequest[] = [];
    for (const review of latestOfEach(all)) {
      const author = review.user?.login ?? '';
      if (!asksForChanges(review) || author === '' || !(await mayWrite(author))) continue;
      const where = { ...place, number, id: review.id, per_page: 100 };
      const lines = await api.ask(
        `GET ${pulls}/{number}/reviews/{id}/comments`,
        where,
        z.array(commentShape),
      );
      const comments = lines.map((each) => ({ path: each.path, line: lineOf(each), text: each.body }));
      asked.push({ id: `review:${review.id}`, author, text: review.body ?? '', comments });
    }
    return asked;
  }

  async function checks(sha: string): Promise<FailedCheck[]> {
    return failedChecks({ kind, api, place }, sha);
  }

  return {
    mayWrite,
    async news(number): Promise<PullRequestNews> {
      const found = await api.ask(`GET ${pulls}/{number}`, { ...place, number }, hostedShape);
      const news = { ...publicPart(found), isMergeable: found.mergeable ?? null };
      if (news.state !== 'open') return { ...news, requests: [], failedChecks: [] };
      return { ...news, requests: await requests(number), failedChecks: await checks(news.head) };
    },
    async issue(number) {
      try {
        return publicIssue(
          await api.ask(`GET ${repository}/issues/{number}`, { ...place, number }, issueShape),
        );
      } catch (error) {
        if (toFailure(error).code === 'FORGE_NOT_FOUND') return null;
        throw error;
      }
    },
    async labelled(label) {
      const asked = { ...place, labels: label, state: 'open', type: 'issues', per_page: 50, limit: 50 };
      const all = await api.ask(`GET ${repository}/issues`, asked, z.array(issueShape));
      const found: LabelledIssue[] = [];
      for (const issue of all.filter(({ pull_request }) => pull_request == null)) {
        const given = await whoLabelled({ kind, api, place }, issue.number, label);
        if (given !== null) found.push({ issue: publicIssue(issue), ...given });
      }
      return found;
    },
  };
}

const login = z.object({ login: z.string() }).nullish();

const reviewShape = z.object({
  id: z.number(),
  user: login,
  state: z.string(),
  body: z.string().nullish(),
});

type Review = z.output<typeof reviewShape>;

const line = z.number().nullable().default(null);
const commentShape = z.object({
  path: z.string(),
  body: z.string(),
  line,
  original_line: line,
  position: line,
});

function lineOf(at: Pick<z.output<typeof commentShape>, 'line' | 'original_line' | 'position'>): number {
  return at.line ?? at.original_line ?? at.position ?? 0;
}

/** An approval or another verdict of the same person takes the place of the one before; a mere comment does not. */
function latestOfEach(all: readonly Review[]): Review[] {
  const latest = new Map<string, Review>();
  for (const review of all)
    if (/APPROVED|CHANGES|DISMISSED/.test(review.state)) latest.set(review.user?.login ?? '', review);
  return [...latest.values()];
}

/** GitHub and Gitea have each a word for it. */
function asksForChanges({ state }: Review): boolean {
  return state === 'CHANGES_REQUESTED' || state === 'REQUEST_CHANGES';
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
    const may = await api.ask(path, { ...place, username: name }, shape).then(
      ({ permission }) => ['owner', 'admin', 'maintain', 'write'].includes(permission),
      (error: unknown) => {
        // Somebody whom the forge does not know.
        if (toFailure(error).code === 'FORGE_REFUSED') return false;
        throw error;
      },
    );
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
  user: login,
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
  actor: login,
  user: login,
  label: z.object({ name: z.string() }).nullish(),
});

/** The last time the label was given, and by whom. */
async function whoLabelled(
  { kind, api, place }: Pick<PeopleOptions, 'kind' | 'api' | 'place'>,
  number: number,
  label: string,
): Promise<{ labelledBy: string; labelledAt: string } | null> {
  const path = kind === 'github' ? 'events' : 'timeline';
  const asked = { ...place, number, per_page: 100, limit: 50 };
  const all = await api.ask(`GET ${repository}/issues/{number}/${path}`, asked, z.array(eventShape));
  const given = all.filter(
    (each) =>
      (each.event === 'labeled' || each.type === 'label') &&
      each.label?.name.toLowerCase() === label.toLowerCase(),
  );
  const last = given.at(-1);
  const by = last?.actor?.login ?? last?.user?.login;
  return by === undefined ? null : { labelledBy: by, labelledAt: last?.created_at ?? '' };
}
