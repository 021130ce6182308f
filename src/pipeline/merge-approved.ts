import { mayMerge, mostRefusedMerges, refusedMerges } from '../domain/decide-merge.ts';
import { toFailure } from '../domain/failure.ts';
import type { PullRequest, PullRequestNews } from '../domain/forge.ts';
import type { RunRecord } from '../domain/run.ts';
import type { ForgePeople } from '../ports.ts';
import { ticketOf } from './bench.ts';
import type { Story } from './story.ts';
import { siteOf, stamp } from './story.ts';

/**
 * Merges what somebody who may write approved of and every check passed. The forge is told which head is meant, so that
 * what was pushed meanwhile is not merged. Null when it is not merged.
 */
export async function mergeApproved(
  story: Story,
  record: RunRecord,
  { people, news }: { people: Pick<ForgePeople, 'mayWrite'>; news: PullRequestNews },
): Promise<PullRequest | null> {
  if (!mayMerge(news, record)) return null;
  const by = await firstWriter(people, news.merging?.approvedBy ?? []);
  if (by === null) return null;
  const ticket = ticketOf({ identity: record, runId: record.runId });
  const reason = 'approved, and every check passed';
  story.observe({ type: 'decision:made', ...ticket, decision: 'merge', reason, by });
  try {
    return await siteOf(story, record).forge.merge(news);
  } catch (error) {
    const failure = toFailure(error);
    if (failure.code !== 'MERGE_REFUSED') throw error;
    await noteRefusal(story, record, failure.message);
    return null;
  }
}

async function firstWriter(
  { mayWrite }: Pick<ForgePeople, 'mayWrite'>,
  logins: readonly string[],
): Promise<string | null> {
  for (const login of logins) if (await mayWrite(login)) return login;
  return null;
}

async function noteRefusal(story: Story, record: RunRecord, why: string): Promise<void> {
  const { head, file, id } = record;
  if (head === null) return;
  const count = refusedMerges(record) + 1;
  await story.journal.save({ ...record, refusedMerges: { head, count } });
  story.observe({ type: 'daemon:warning', message: `${id}: ${why}` });
  if (count < mostRefusedMerges) return;
  const body = `A person must go on here. ${why}`;
  await story.store.edit(file, 'review', {
    comment: { author: story.settings().bot, createdDate: stamp(story.clock), body },
  });
}
