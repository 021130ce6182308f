import { Failure } from '../domain/failure.ts';
import type { PullRequest } from '../domain/forge.ts';
import type { RunRecord } from '../domain/run.ts';
import { ticketOf } from './bench.ts';
import { awaitedParts, failedEnding, publishedEnding, splitEnding, unchangedEnding } from './endings.ts';
import type { FoundTicket } from './find-ticket.ts';
import { publishChange } from './publish-change.ts';
import type { Ending } from './settle-ticket.ts';
import { settleTicket } from './settle-ticket.ts';
import type { Story } from './story.ts';
import { siteOf } from './story.ts';

/** What a person decided about a ticket in `review`, carried out. */
export type Decision = { record: RunRecord; ending: Ending; pullRequest: PullRequest | null };

/** Publishes a held change, makes tickets of the parts of one, or closes as done a ticket that needs none. */
export async function approve(story: Story, found: FoundTicket, signal: AbortSignal): Promise<Decision> {
  const record = recordInReview(found);
  const { hold } = record;
  if (hold === null) {
    const published = `it is published already; merge it with \`ticketmill merge ${record.id}\``;
    throw refusal(found, awaitedParts(record) ?? published);
  }
  if (hold.code === 'QUESTION')
    throw refusal(found, 'it asks a question; answer in the ticket and move it to todo');
  announce(story, record, { decision: 'approve', reason: null });
  if (hold.code === 'SPLIT') return agreeToParts(story, record);
  if (record.publication === null) return settle(story, record, { words: unchangedEnding() });
  // Held until all is done: whatever cuts this short, it can be approved again.
  const published = await publishChange(story, record, signal);
  const released = { ...published.record, hold: null };
  const words = publishedEnding({ ...published, record: released });
  return settle(story, released, { words, pullRequest: published.pullRequest });
}

/** What was moved before this was cut short is moved already; the rest follows when it is approved again. */
async function agreeToParts(story: Story, record: RunRecord): Promise<Decision> {
  const parts = record.split?.parts ?? [];
  await story.drafts.release(parts);
  const agreed: RunRecord = { ...record, hold: null, split: { parts, state: 'agreed' } };
  return settle(story, agreed, { words: splitEnding(agreed) });
}

/** Turns a change down: its pull request is closed, its ticket fails with the reason. */
export async function reject(story: Story, found: FoundTicket, reason: string | null): Promise<Decision> {
  const record = recordInReview(found);
  announce(story, record, { decision: 'reject', reason });
  if (record.hold?.code === 'SPLIT') await story.drafts.discard(record.split?.parts ?? []);
  const { forge } = siteOf(story, record);
  const open = record.branch === null ? null : await forge.find(record.branch);
  // An approval that was cut short may have opened it without a note.
  const isOurs = record.pullRequest !== null || open?.head === record.head;
  const isOpen = open?.state === 'open' && isOurs;
  const closed = isOpen ? await forge.close(open) : open;
  const failure = new Failure('REJECTED', reason ?? 'A person rejected the change.');
  return settle(story, record, { words: failedEnding(failure), pullRequest: closed });
}

/** Merges the pull request of a published change. */
export async function merge(story: Story, found: FoundTicket): Promise<Decision> {
  const record = recordInReview(found);
  if (record.hold !== null)
    throw refusal(found, `it is held; \`ticketmill approve ${record.id}\` publishes it`);
  const { forge } = siteOf(story, record);
  const open = record.branch === null ? null : await forge.find(record.branch);
  if (open === null) throw refusal(found, 'it has no pull request');
  announce(story, record, { decision: 'merge', reason: null });
  const merged = await forge.merge(open);
  return settle(story, record, {
    words: publishedEnding({ record, pullRequest: merged }),
    pullRequest: merged,
  });
}

/** Told before it is carried out: what a person wanted is news however it ends. */
function announce(
  story: Story,
  record: RunRecord,
  told: { decision: 'approve' | 'reject' | 'merge'; reason: string | null },
): void {
  story.observe({ type: 'decision:made', ...ticketOf({ identity: record, runId: record.runId }), ...told });
}

function recordInReview(found: FoundTicket): RunRecord {
  if (found.state !== 'review') throw refusal(found, `it is in ${found.state}, not in review`);
  if (found.record === undefined) throw refusal(found, 'nothing is known of a change for it');
  return found.record;
}

function refusal({ id }: FoundTicket, why: string): Failure {
  return new Failure('NOT_POSSIBLE', `Ticket ${id}: ${why}.`);
}

async function settle(
  story: Story,
  record: RunRecord,
  {
    words,
    pullRequest = null,
  }: { words: Omit<Ending, 'stage' | 'elapsedMs'>; pullRequest?: PullRequest | null },
): Promise<Decision> {
  const ending: Ending = { ...words, stage: 'review', elapsedMs: 0 };
  const settled = await settleTicket(story, record, { from: 'review', ending });
  if (settled === null) throw new Failure('NOT_POSSIBLE', `Ticket ${record.id} was moved away meanwhile.`);
  return { record: settled, ending, pullRequest };
}
