import * as z from 'zod';
import type { ChangeRequest } from '../domain/forge.ts';
import type { ForgePeople } from '../ports.ts';
import { allPages } from './all-pages.ts';
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

/** The last word of each person about a pull request. Oldest come first, so whoever spoke last is on the last page. */
export async function lastReviews(at: At, number: number): Promise<Review[]> {
  const asked = { ...at.place, number };
  return latestOfEach(await allPages(at, `GET ${pulls}/{number}/reviews`, asked, reviewShape));
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
  at: At,
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
    const where = { ...at.place, number, id: review.id };
    const lines = await reviewComments(at, where);
    const comments = lines.map((each) => ({ path: each.path, line: lineOf(each), text: each.body }));
    asked.push({ id: `review:${review.id}`, author, text: review.body ?? '', comments });
  }
  return asked;
}

/** Gitea gives all at once, whatever page it is asked for. */
function reviewComments(at: At, where: Record<string, unknown>): Promise<z.output<typeof commentShape>[]> {
  const route = `GET ${pulls}/{number}/reviews/{id}/comments`;
  if (at.kind === 'gitea') return at.api.ask(route, where, z.array(commentShape));
  return allPages(at, route, where, commentShape);
}

function lineOf(at: Pick<z.output<typeof commentShape>, 'line' | 'original_line' | 'position'>): number {
  return at.line ?? at.original_line ?? at.position ?? 0;
}
