import type { Candidate } from '../domain/admission.ts';
import type { StartRules, Starts } from '../domain/choose-starts.ts';
import { chooseStarts } from '../domain/choose-starts.ts';
import type { Footprint } from '../domain/footprint.ts';
import { footprintOf } from '../domain/footprint.ts';
import type { PastWork } from '../domain/similar-work.ts';
import { inOrder } from '../domain/ticket-order.ts';
import { isMade } from './claim-ticket.ts';
import type { BacklogView, Decided } from './look-at-tickets.ts';
import type { Story } from './story.ts';

export type StartOrder = {
  /** Tickets that may begin as far as they themselves are concerned. */
  waiting: readonly Candidate[];
  running: readonly Candidate[];
  /** How many may be at work at the same time. */
  concurrency: number;
};

export type DecidedStarts = Pick<Starts, 'begin' | 'full'> & {
  /** All that was decided, with the reasons of those that stay for the sake of others. */
  decided: Decided[];
};

/** Which tickets begin now: what the queue acts on, and what `explain` tells. */
export async function decideStarts(
  story: Pick<Story, 'store' | 'journal' | 'settings'>,
  { decided, review }: Pick<BacklogView, 'decided' | 'review'>,
  { waiting, running, concurrency }: StartOrder,
): Promise<DecidedStarts> {
  const places = Math.max(0, concurrency - running.length);
  const canClash = places > 0 && running.length + waiting.length > 1 && concurrency > 1;
  const isOut = (candidate: Candidate): boolean => hasPullRequest(story, candidate);
  const { maxOpenPullRequests: most, quotas } = story.settings();
  const open = review.filter(({ file, id, ticket }) =>
    waitsForPeople(story, file, ticket.id === '' ? undefined : id),
  ).length;
  // What is published counts too, as long as its run has not brought it to `review`.
  const coming = running.filter((candidate) => !isReworked(story, candidate)).length;
  const { begin, held, full } = chooseStarts(inOrder(waiting), {
    places,
    running,
    quotas,
    footprintOf: canClash ? await openFootprints(story) : () => nothing,
    pullRequests: most === null ? null : { left: most - open - coming, most },
    isOut,
  });
  return {
    begin,
    decided: decided.map((each) => heldBack(each, held)),
    full,
  };
}

function heldBack(each: Decided, held: Starts['held']): Decided {
  const admission = held.get(each.candidate.file);
  return admission === undefined ? each : { ...each, admission };
}

const nothing: Footprint = { repo: '', files: [] };

async function openFootprints({ store }: Pick<Story, 'store'>): Promise<StartRules['footprintOf']> {
  const listed = [...(await store.newest()), ...(await store.index(['processing', 'review', 'failed']))];
  const past: PastWork[] = listed
    .filter(({ modifiedFiles }) => modifiedFiles.length > 0)
    .sort((a, b) => a.changedAt - b.changedAt)
    .map(({ title, modifiedFiles }) => ({ title, files: modifiedFiles }));
  return ({ ticket }) => (ticket === null ? nothing : footprintOf(ticket, past));
}

/** A rework, or what is published up to its last steps: it opens none. */
function hasPullRequest(story: Pick<Story, 'journal'>, candidate: Candidate): boolean {
  const record = recordOf(story, candidate);
  if (record === undefined || record.pullRequest === null) return false;
  return isReworked(story, candidate) || isMade(record);
}

function isReworked(story: Pick<Story, 'journal'>, candidate: Candidate): boolean {
  return recordOf(story, candidate)?.rework?.isDue === true;
}

function recordOf({ journal }: Pick<Story, 'journal'>, { file, id, ticket }: Candidate) {
  return journal.byFile(file, ticket?.id === '' ? undefined : id);
}

function waitsForPeople({ journal }: Pick<Story, 'journal'>, file: string, id: string | undefined): boolean {
  const record = journal.byFile(file, id);
  return record !== undefined && record.pullRequest !== null && record.hold === null;
}
