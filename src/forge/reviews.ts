import * as z from 'zod';
import type { ChangeRequest } from '../domain/forge.ts';
import type { ForgePeople } from '../ports.ts';
import type { ForgeApi } from './forge-api.ts';
import { pulls } from './hosted-forge.ts';
import { person } from './hosted.ts';
import type { Place } from './hosted.ts';

type At = { kind: 'github' | 'gitea'; api: ForgeApi; place: Place };

const reviewShape = z
  .object({
    id: z.number(),
    user: person,
    state: z.string(),
    body: z.string().nullish(),
    commit_id: z.string().nullish(),
    /** Gitea leaves the state as it was. */
    dismissed: z.boolean().nullish(),
  })
  .transform((review) => (review.dismissed === true ? { ...review, state: 'DISMISSED' } : review));

export type Review = z.output<typeof reviewShape>;

const mostPages = 10;

/** The last word of each person about a pull request. Oldest come first, so whoever spoke last is on the last page. */
export async function lastReviews({ kind, api, place }: At, number: number): Promise<Review[]> {
  const all: Review[] = [];
  const size = kind === 'github' ? 100 : 50;
  for (let page = 1; page <= mostPages; page += 1) {
    const asked = { ...place, number, per_page: size, limit: size, page };
    const some = await api.ask(`GET ${pulls}/{number}/reviews`, asked, z.array(reviewShape));
    all.push(...some);
    if (some.length < size) break;
  }
  return latestOfEach(all);
}

/** An approval or another verdict of the same person takes the place of the one before; a mere comment does not. */
function latestOfEach(all: readonly Review[]): Review[] {
  const latest = new Map<string, Review>();
  for (const review of all)
    if (/APPROVED|CHANGES|DISMISSED/.test(review.state)) latest.set(review.user?.login ?? '', review);
  return [...latest.values()];
}

/** GitHub and Gitea have each a word for it. */
export function asksForChanges({ state }: Review): boolean {
  return state === 'CHANGES_REQUESTED' || state === 'REQUEST_CHANGES';
}

const line = z.number().nullable().default(null);
const commentShape = z.object({
  path: z.string(),
  body: z.string(),
  line,
  original_line: line,
  position: line,
});

/** What those ask for who may write, with what they say at single lines. */
export async function changeRequests(
  { api, place }: At,
  {
    number,
    reviews,
    mayWrite,
  }: { number: number; reviews: readonly Review[]; mayWrite: ForgePeople['mayWrite'] },
): Promise<ChangeRequest[]> {
  const asked: ChangeRequest[] = [];
  for (const review of reviews) {
    const author = review.user?.login ?? '';
    if (!asksForChanges(review) || author === '' || !(await mayWrite(author))) continue;
    const where = { ...place, number, id: review.id, per_page: 100 };
    const lines = await api.ask(`GET ${pulls}/{number}/reviews/{id}/comments`, where, z.array(commentShape));
    const comments = lines.map((each) => ({ path: each.path, line: lineOf(each), text: each.body }));
    asked.push({ id: `review:${review.id}`, author, text: review.body ?? '', comments });
  }
  return asked;
}

function lineOf(at: Pick<z.output<typeof commentShape>, 'line' | 'original_line' | 'position'>): number {
  return at.line ?? at.original_line ?? at.position ?? 0;
}
