import * as z from 'zod';
import type { PullRequestDraft } from '../domain/forge.ts';
import { allPages } from './all-pages.ts';
import type { ForgeApi } from './forge-api.ts';
import { pulls, repository } from './hosted-forge.ts';
import type { Dialect, HostedPullRequest, Place } from './hosted.ts';
import { hostedShape } from './hosted.ts';

/** How GitHub, and GitHub Enterprise, say it. */
export function githubDialect(api: ForgeApi, place: Place): Dialect {
  const at = { kind: 'github', api } as const;
  const ownName = `${place.owner}/${place.repo}`.toLowerCase();
  return {
    async newest(branch) {
      const asked = { ...place, head: `${place.owner}:${branch}`, state: 'all', per_page: 100 };
      const all = await api.ask(`GET ${pulls}`, asked, z.array(hostedShape));
      return newestOf(all.filter((each) => each.head.ref === branch && isOf(each, ownName)));
    },

    create: ({ branch, base, title, body, draft }: PullRequestDraft) =>
      api.ask(`POST ${pulls}`, { ...place, head: branch, base, title, body, draft }, hostedShape),

    async merge(number, head) {
      await api.ask(`PUT ${pulls}/{number}/merge`, { ...place, number, sha: head }, z.unknown());
    },

    async addLabels(number, labels) {
      const order = { ...place, number, labels };
      await api.ask(`POST ${repository}/issues/{number}/labels`, order, z.unknown());
    },

    async setMilestone(number, title) {
      const open = z.object({ number: z.number(), title: z.string() });
      const all = await allPages(at, `GET ${repository}/milestones`, place, open);
      const found = all.find((each) => each.title.toLowerCase() === title.toLowerCase());
      if (found === undefined) return;
      const order = { ...place, number, milestone: found.number };
      await api.ask(`PATCH ${repository}/issues/{number}`, order, z.unknown());
    },

    async lineComments(number) {
      const asked = { ...place, number };
      const all = await allPages(at, `GET ${pulls}/{number}/comments`, asked, z.object({ body: z.string() }));
      return all.map(({ body }) => body);
    },

    async comment(number, head, comments) {
      const lines = comments.map(({ path, line, body }) => ({ path, line, side: 'RIGHT', body }));
      const review = { ...place, number, commit_id: head, event: 'COMMENT', comments: lines };
      await api.ask(`POST ${pulls}/{number}/reviews`, review, z.unknown());
    },
  };
}

/** More comments than this on one pull request nobody reads; none of ours is beyond. */

/** By number, which grows; a fork may have a branch of the same name. */
export function newestOf(all: readonly HostedPullRequest[]): HostedPullRequest | null {
  return all.reduce<HostedPullRequest | null>(
    (newest, each) => (newest === null || each.number > newest.number ? each : newest),
    null,
  );
}

export function isOf({ head }: HostedPullRequest, ownName: string): boolean {
  return head.repo?.full_name.toLowerCase() === ownName;
}
