import * as z from 'zod';
import type { PullRequestDraft } from '../domain/forge.ts';
import { allPages } from './all-pages.ts';
import type { ForgeApi } from './forge-api.ts';
import { isOf, newestOf } from './github.ts';
import { pulls, repository } from './hosted-forge.ts';
import type { Dialect, HostedPullRequest, Place } from './hosted.ts';
import { hostedShape } from './hosted.ts';

const named = z.object({ id: z.number(), name: z.string() });

/** How Gitea and Forgejo say it. */
export function giteaDialect(api: ForgeApi, place: Place): Dialect {
  const ownName = `${place.owner}/${place.repo}`.toLowerCase();

  return {
    async newest(branch) {
      const found: HostedPullRequest[] = [];
      // There is no question for one branch, so the newest are looked through.
      for (let page = 1; page <= mostPages && found.length === 0; page += 1) {
        const asked = { ...place, state: 'all', limit: pageSize, page };
        const some = await api.ask(`GET ${pulls}`, asked, z.array(hostedShape));
        found.push(...some.filter((each) => each.head.ref === branch && isOf(each, ownName)));
        if (some.length < pageSize) break;
      }
      return newestOf(found);
    },

    create: ({ branch, base, title, body, draft }: PullRequestDraft) => {
      const order = { ...place, head: branch, base, title: draft ? `WIP: ${title}` : title, body };
      return api.ask(`POST ${pulls}`, order, hostedShape);
    },

    async merge(number, head) {
      const order = { ...place, number, Do: 'merge', head_commit_id: head };
      await api.ask(`POST ${pulls}/{number}/merge`, order, z.unknown());
    },

    async addLabels(number, labels) {
      const order = { ...place, number, labels: await labelIds(api, place, labels) };
      await api.ask(`POST ${repository}/issues/{number}/labels`, order, z.unknown());
    },

    async setMilestone(number, title) {
      const shape = z.array(z.object({ id: z.number(), title: z.string() }));
      const all = await api.ask(`GET ${repository}/milestones`, { ...place, name: title }, shape);
      const found = all.find((each) => each.title.toLowerCase() === title.toLowerCase());
      if (found === undefined) return;
      const order = { ...place, number, milestone: found.id };
      await api.ask(`PATCH ${repository}/issues/{number}`, order, z.unknown());
    },

    async lineComments(number) {
      const asked = { ...place, number };
      const all = await allPages(
        { kind: 'gitea', api },
        `GET ${pulls}/{number}/reviews`,
        asked,
        z.object({ id: z.number() }),
      );
      const texts: string[] = [];
      for (const { id } of all) {
        const shape = z.array(z.object({ body: z.string() }));
        const some = await api.ask(
          `GET ${pulls}/{number}/reviews/{id}/comments`,
          { ...place, number, id },
          shape,
        );
        texts.push(...some.map(({ body }) => body));
      }
      return texts;
    },

    async comment(number, head, comments) {
      const lines = comments.map(({ path, line, body }) => ({ path, new_position: line, body }));
      const review = { ...place, number, commit_id: head, event: 'COMMENT', comments: lines };
      await api.ask(`POST ${pulls}/{number}/reviews`, review, z.unknown());
    },
  };
}

const pageSize = 50;
const mostPages = 20;

/** Existing labels by name, and a new one for every name that there is none of. */
async function labelIds(api: ForgeApi, place: Place, names: readonly string[]): Promise<number[]> {
  const all = await allPages({ kind: 'gitea', api }, `GET ${repository}/labels`, place, named);
  const ids: number[] = [];
  for (const name of names) {
    const known = all.find((each) => each.name.toLowerCase() === name.toLowerCase());
    const made = { ...place, name, color: '#ededed' };
    ids.push((known ?? (await api.ask(`POST ${repository}/labels`, made, named))).id);
  }
  return ids;
}
