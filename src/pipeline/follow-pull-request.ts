import { decideFeedback } from '../domain/decide-feedback.ts';
import type { FeedbackRules } from '../domain/decide-feedback.ts';
import type { PullRequest } from '../domain/forge.ts';
import type { Rework, RunRecord } from '../domain/run.ts';
import type { ForgePeople } from '../ports.ts';
import { ticketOf } from './bench.ts';
import { publishedEnding } from './endings.ts';
import { mergeApproved } from './merge-approved.ts';
import { bringBack, isThere, settleTicket, withdraw } from './settle-ticket.ts';
import type { Story } from './story.ts';
import { siteOf, stamp } from './story.ts';

export type FollowRules = FeedbackRules & {
  /** Where a ticket goes whose pull request a person closed without merging it. */
  onClosed: 'failed' | 'todo';
  /** Whether what people approved of is merged without a further word of theirs. */
  autoMerge: boolean;
};

/** Records whose pull request may have news: published, and in `review` as far as we know. */
export function followed({ journal }: Pick<Story, 'journal'>): RunRecord[] {
  return journal.all().filter((record) => isOpenToNews(record));
}

/**
 * Does what the news about a pull request ask for. Everything is asked of the forge, nothing is believed that was
 * delivered. True when the ticket goes on in `todo`.
 */
export async function followPullRequest(
  story: Story,
  { people, rules }: { people: ForgePeople; rules: FollowRules },
  key: string,
): Promise<boolean> {
  const record = story.journal.get(key);
  if (record === undefined || !isOpenToNews(record)) return false;
  const { pullRequest, base, head } = record;
  if (pullRequest === null || base === null || head === null) return false;
  const news = await people.news(pullRequest.number);
  if (news === null || !(await isThere(story, record.file, 'review'))) return false;
  const earlier = record.rework ?? null;
  const decision = decideFeedback(news, { earlier, base: base.sha, head }, rules);
  switch (decision.do) {
    case 'nothing': {
      const merged = rules.autoMerge ? await mergeApproved(story, record, { people, news }) : null;
      return merged === null ? false : settleByNews(story, record, merged, rules);
    }
    case 'settle':
      return settleByNews(story, record, news, rules);
    case 'give-up':
      await giveUp(story, record, decision);
      return false;
    case 'rework':
      return sendBack(story, { ...record, rework: decision.rework }, decision.rework.reason);
  }
}

function isOpenToNews({ step, move, hold, pullRequest, publication }: RunRecord): boolean {
  return step === 'settled' && move === null && hold === null && pullRequest !== null && publication !== null;
}

async function settleByNews(
  story: Story,
  record: RunRecord,
  news: PullRequest,
  { onClosed }: Pick<FollowRules, 'onClosed'>,
): Promise<boolean> {
  if (news.state === 'closed' && onClosed === 'todo') {
    const afresh: RunRecord = { ...record, publication: null };
    delete afresh.rework;
    return sendBack(story, afresh, 'its pull request was closed');
  }
  const ending = { ...publishedEnding({ record, pullRequest: news }), stage: 'review', elapsedMs: 0 };
  const settled = await settleTicket(story, record, { from: 'review', ending });
  if (settled !== null && news.state === 'merged') await tidy(story, record);
  return false;
}

/** What is merged is in the base; a branch that somebody went on with stays. */
async function tidy(story: Story, record: RunRecord): Promise<void> {
  const { branch, head } = record;
  if (branch === null || head === null) return;
  const { repository } = siteOf(story, record);
  await repository.removeBranch(branch, head).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    story.observe({
      type: 'daemon:warning',
      message: `The merged branch ${branch} could not be removed: ${why}`,
    });
  });
}

/** Back into `todo`, from where it is taken like any other ticket. */
async function sendBack(story: Story, record: RunRecord, reason: string): Promise<boolean> {
  const intent: RunRecord = {
    ...record,
    step: 'waiting',
    move: { from: 'review', to: 'todo' },
    waitSeconds: 0,
  };
  await story.journal.save(intent);
  const back = await bringBack(story, intent);
  if (back === null) {
    await withdraw(story, { ...intent, step: 'settled' });
    return false;
  }
  const ticket = ticketOf({ identity: back, runId: back.runId });
  story.observe({ type: 'ticket:requeued', ...ticket, code: 'REWORK', message: reason, waitSeconds: 0 });
  return true;
}

async function giveUp(
  story: Story,
  record: RunRecord,
  { reason, answered }: { reason: string; answered: string[] },
): Promise<void> {
  const rework = record.rework;
  if (rework === undefined) return;
  const told: Rework = { ...rework, answered };
  await story.journal.save({ ...record, rework: told });
  const body = `A person must go on here: ${reason}.`;
  const comment = { author: story.settings().bot, createdDate: stamp(story.clock), body };
  await story.store.edit(record.file, 'review', { comment });
  story.observe({ type: 'daemon:warning', message: `${record.id}: ${reason}.` });
}
