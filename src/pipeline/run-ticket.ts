import type { Candidate } from '../domain/admission.ts';
import type { Change } from '../domain/change.ts';
import { Failure, toFailure } from '../domain/failure.ts';
import type { FailureCode } from '../domain/failure.ts';
import type { Made, Plan, RunRecord } from '../domain/run.ts';
import type { TicketState } from '../domain/ticket.ts';
import { together } from '../domain/together.ts';
import type { ChangeOrder } from '../ports.ts';
import type { Claim } from './claim-ticket.ts';
import { claimTicket, isMade, noteClaim, tellClaim } from './claim-ticket.ts';
import { failedEnding, heldEnding, keptEnding, publishedEnding } from './endings.ts';
import type { Finished } from './publish-change.ts';
import { commitChange, publishChange } from './publish-change.ts';
import { countTokens, recordMade } from './record-made.ts';
import { routeTicket, tellRoute } from './route-ticket.ts';
import type { Routed } from './route-ticket.ts';
import { isThere, requeueTicket, settleTicket, withdraw } from './settle-ticket.ts';
import type { Ending } from './settle-ticket.ts';
import { forgetParts, proposeParts } from './split-ticket.ts';
import type { Story } from './story.ts';

/** How the story of one run ended. `gone`: a person, or nobody, had the ticket when we wanted it. */
export type RunEnd =
  | { kind: 'settled'; id: string; file: string; state: TicketState; code: FailureCode | null }
  | { kind: 'requeued'; id: string; file: string; failure: Failure; waitSeconds: number }
  | { kind: 'gone'; file: string };

/** One ticket at work: claimed, the clock value at which that was, and when its file says so. */
type Work = { story: Story; claim: Claim; started: number; stage: string; noted: Promise<unknown> };

/**
 * Takes one ticket all the way: claim -> plan -> make -> publish -> settle. Whatever goes wrong on the way ends here
 * too: in `failed` when it is the ticket's or the model's doing, back in `todo` when it is nobody's.
 */
export async function runTicket(
  story: Story,
  order: { candidate: Candidate; queuedMs: number; onClaim: (record: RunRecord) => void },
  signal: AbortSignal,
): Promise<RunEnd> {
  const claim = await claimTicket(story, order.candidate);
  if (claim === null) return { kind: 'gone', file: order.candidate.file };
  order.onClaim(claim.record);
  const started = story.clock.monotonic();
  tellClaim(story, claim, order.queuedMs);
  const work: Work = { story, claim, started, stage: 'claim', noted: noteClaim(story, claim) };
  try {
    if (!isMade(claim.record)) return await makeAndBringOut(work, signal);
    await work.noted;
    return await bringOut(work, claim.record, signal);
  } catch (error) {
    await work.noted.catch(() => undefined);
    const record = story.journal.get(claim.record.key) ?? claim.record;
    // Its end is decided and could not be written; a later look does what is left of it.
    if (record.move !== null) throw error;
    return await end(work, record, reasonOf(error, signal));
  }
}

async function makeAndBringOut(work: Work, signal: AbortSignal): Promise<RunEnd> {
  const { story, claim, noted } = work;
  const { plan, record } = await routeTicket(story, claim, signal);
  if (plan instanceof Failure) {
    await noted;
    return end(work, record, plan);
  }
  tellRoute(story, claim, plan);
  return carryOut(work, { plan, record }, signal);
}

async function carryOut(
  work: Work,
  { plan, record: routed }: Routed<Plan>,
  signal: AbortSignal,
): Promise<RunEnd> {
  const { story, claim, started } = work;
  const { task } = claim;
  const { key, id, created } = routed;
  const begun = await forgetParts(story, routed);
  const planned: RunRecord = { ...begun, model: plan.model, branch: plan.branch };
  const onRecord = together([work.noted, story.journal.save(planned)]);
  const { runId, file } = planned;
  const identity = { key, id, created };
  const order = { identity, runId, task, plan: asOne(plan, planned), file, ...partsOf(claim, planned) };
  const made = await make(story, { planned, order, onRecord }, signal);
  const record = recordMade(planned, made, story.clock.monotonic() - started);
  // What was spent is spent, whatever comes of it.
  const noted = together([story.journal.save(record), keepForPeople(story, runId, made)]);
  switch (made.kind) {
    case 'failed':
      await noted;
      work.stage = made.stage;
      return end(work, record, made.failure);
    case 'hold': {
      const { change, code, reason } = made;
      if (change !== null)
        return finish(work, { ...record, hold: { code, reason } }, { change, plan, noted }, signal);
      await noted;
      return holdUnchanged(work, record, made);
    }
    case 'publish':
      return finish(work, record, { change: made.change, plan, noted }, signal);
  }
}

function partsOf(
  { stored: { ticket } }: Claim,
  { rework }: RunRecord,
): Pick<ChangeOrder, 'priority' | 'rework'> {
  return {
    ...(ticket.priority === undefined ? {} : { priority: ticket.priority }),
    ...(rework?.isDue === true ? { rework } : {}),
  };
}

/** What was proposed in parts once, or is out already, is done as one. */
function asOne({ split, ...plan }: Plan, { split: earlier, rework }: RunRecord): Plan {
  return split === true && earlier === undefined && rework === undefined ? { ...plan, split } : plan;
}

/**
 * What a run uses is on record while it lasts: it counts, also when nobody hears of its end. `onRecord` is what is still
 * being written about its begin; without that there is no run.
 */
async function make(
  { workshop, journal }: Story,
  { planned, order, onRecord }: { planned: RunRecord; order: ChangeOrder; onRecord: Promise<unknown> },
  signal: AbortSignal,
): Promise<Made> {
  let hasEnded = false;
  const unwritten = new AbortController();
  onRecord.catch((error: unknown) => unwritten.abort(toFailure(error)));
  try {
    return await workshop.makeChange(order, AbortSignal.any([signal, unwritten.signal]), async (spent) => {
      if (!hasEnded) await journal.save({ ...planned, spent: countTokens(planned, spent) });
    });
  } finally {
    hasEnded = true;
    await onRecord;
  }
}

/** The change is committed, with the reason to hold it if there is one: the journal can end the run. */
async function finish(
  work: Work,
  record: RunRecord,
  { change, plan, noted }: { change: Change; plan: Plan; noted: Promise<unknown> },
  signal: AbortSignal,
): Promise<RunEnd> {
  work.stage = 'publish';
  const { story, claim } = work;
  const finished = { task: claim.task, branch: plan.branch, change, ...linksOf(claim) };
  const commit = async (): Promise<RunRecord | null> =>
    (await isThere(story, record.file, 'processing')) ? commitChange(story, record, finished) : null;
  const [committed] = await together([commit(), noted]);
  if (committed !== null) return bringOut(work, committed, signal);
  await withdraw(story, { ...record, step: 'settled' });
  return { kind: 'gone', file: record.file };
}

/** Nothing was changed, and a person is to say what comes of it. */
async function holdUnchanged(
  work: Work,
  record: RunRecord,
  { code, reason, parts }: Extract<Made, { kind: 'hold' }>,
): Promise<RunEnd> {
  const hold = { code, reason };
  if (parts === undefined) {
    work.stage = 'publish';
    const held = { ...record, hold };
    return settle(work, held, heldEnding(held, hold));
  }
  const { stored } = work.claim;
  const proposed = await proposeParts(work.story, record, { stored, parts, hold });
  return settle(work, proposed, heldEnding(proposed, hold));
}

/** What the ticket says of the forge's own things. */
function linksOf({ record, stored: { ticket } }: Claim): Pick<Finished, 'milestone' | 'issue'> {
  const { milestone, references } = ticket;
  const number = /^GH-(?:[a-z][a-z0-9-]*-)?(\d+)$/i.exec(record.id)?.[1];
  const issue = references.find((each) => number !== undefined && each.endsWith(`/issues/${number}`));
  return { ...(milestone === undefined ? {} : { milestone }), ...(issue === undefined ? {} : { issue }) };
}

/** A change that a person must look at first stays on its local branch; any other becomes a pull request. */
async function bringOut(work: Work, record: RunRecord, signal: AbortSignal): Promise<RunEnd> {
  work.stage = 'publish';
  if (record.hold !== null) return settle(work, record, heldEnding(record, record.hold));
  const published = await publishChange(work.story, record, signal);
  return settle(work, published.record, publishedEnding(published));
}

/** Ends a run that did not succeed. */
async function end(work: Work, record: RunRecord, failure: Failure): Promise<RunEnd> {
  if (!failure.isInfrastructure) {
    const { rework } = record;
    // The change that is out is as good as it was.
    if (rework?.isDue === true && record.publication !== null)
      return settle(work, { ...record, rework: { ...rework, isDue: false } }, keptEnding(record, failure));
    return settle(work, record, failedEnding(failure));
  }
  const waitSeconds = nextWait(record, failure);
  const requeued = await requeueTicket(work.story, record, { failure, waitSeconds });
  if (requeued === null) return { kind: 'gone', file: record.file };
  return { kind: 'requeued', id: requeued.id, file: requeued.file, failure, waitSeconds };
}

async function settle(
  { story, started, stage }: Work,
  record: RunRecord,
  words: Omit<Ending, 'stage' | 'elapsedMs'>,
): Promise<RunEnd> {
  const elapsedMs = story.clock.monotonic() - started;
  const ending = { ...words, stage, elapsedMs };
  const settled = await settleTicket(story, record, { from: 'processing', ending });
  if (settled === null) return { kind: 'gone', file: record.file };
  const { id, file } = settled;
  return { kind: 'settled', id, file, state: ending.to, code: settled.lastError?.code ?? null };
}

/** Doubles from try to try up to five minutes, unless the server said how long; our own stop costs no wait. */
function nextWait(record: RunRecord, failure: Failure): number {
  if (failure.code === 'INTERRUPTED') return 0;
  return failure.retryAfterSeconds ?? Math.min(300, Math.max(5, record.waitSeconds * 2));
}

async function keepForPeople({ archive }: Story, runId: string, made: Made): Promise<void> {
  const { change } = made;
  if (change === null) return;
  const diff = archive.keep(runId, 'diff.patch', change.diff);
  if (!('checks' in change)) return diff;
  const { checks, verdict } = change;
  const review = archive.keep(runId, 'review.json', `${JSON.stringify({ checks, verdict }, null, 2)}\n`);
  await Promise.all([diff, review]);
}

function reasonOf(error: unknown, signal: AbortSignal): Failure {
  const reason: unknown = signal.reason;
  return signal.aborted && reason instanceof Failure ? reason : toFailure(error);
}
