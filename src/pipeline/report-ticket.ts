import type { CheckResult } from '../domain/change.ts';
import type { TicketReport } from '../domain/command.ts';
import type { Event } from '../domain/event.ts';
import { describeFailure } from '../domain/failure.ts';
import type { Verdict } from '../domain/review.ts';
import type { RunRecord } from '../domain/run.ts';
import { displayTitle } from '../domain/ticket-identity.ts';
import type { FoundTicket } from './find-ticket.ts';
import type { Story } from './story.ts';
import { siteOf } from './story.ts';

export type ReportSources = {
  timeline: (key: string) => { time: string; event: Event }[];
  withDiff: boolean;
};

/** All that is known of one ticket, from its record, its last run's files and the history. */
export async function reportTicket(
  story: Story,
  { id, file, state, ticket, record: live }: FoundTicket,
  { timeline: eventsOf, withDiff }: ReportSources,
): Promise<TicketReport> {
  const timeline = eventsOf(live?.key ?? id);
  const record = live ?? (await readLastRecord(story, timeline));
  const { checks, verdict } = await readReview(story, record);
  const error = record?.lastError ?? null;
  const hint = error === null ? null : describeFailure(error.code).hint;
  return {
    id,
    key: record?.key ?? null,
    file,
    state,
    title: ticket === null ? file : displayTitle(ticket, file),
    runId: record?.runId ?? null,
    step: record?.step ?? null,
    attempts: record?.attempts ?? 0,
    retries: record?.retries ?? 0,
    model: record?.model ?? null,
    branch: record?.branch ?? null,
    base: record?.base ?? null,
    head: record?.head ?? null,
    pullRequest: record?.branch == null ? null : await siteOf(story, record).forge.find(record.branch),
    spent: record?.spent ?? { input: 0, output: 0, requests: 0, usd: 0 },
    checks,
    verdict,
    hold: record?.hold ?? null,
    lastError: error === null || hint === null ? null : { ...error, hint },
    timeline,
    diff: withDiff ? await readDiff(story, record) : null,
  };
}

/** The journal forgets a ticket that is done; its last run remembers. */
async function readLastRecord(
  { archive }: Story,
  timeline: TicketReport['timeline'],
): Promise<RunRecord | undefined> {
  const runs = timeline.flatMap(({ event }) => (event.type === 'ticket:settled' ? [event.runId] : []));
  const runId = runs.at(-1);
  const text = runId === undefined ? null : await archive.read(runId, 'record.json');
  // Written by ourselves, whole or not at all.
  return text === null ? undefined : (JSON.parse(text) as RunRecord);
}

async function readReview(
  { archive }: Story,
  record: RunRecord | undefined,
): Promise<{ checks: CheckResult[]; verdict: Verdict | null }> {
  const text = record === undefined ? null : await archive.read(record.runId, 'review.json');
  if (text === null) return { checks: [], verdict: null };
  // Written by ourselves, whole or not at all.
  const { checks, verdict } = JSON.parse(text) as {
    checks: { results: CheckResult[] };
    verdict: Verdict | null;
  };
  return { checks: checks.results, verdict };
}

/** The commit that a person would merge; of a run that failed, what it left. */
async function readDiff(story: Story, record: RunRecord | undefined): Promise<string | null> {
  if (record === undefined) return null;
  if (record.base !== null && record.head !== null)
    return siteOf(story, record).repository.diff(record.base.sha, record.head);
  return story.archive.read(record.runId, 'diff.patch');
}
