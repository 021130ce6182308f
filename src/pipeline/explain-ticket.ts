import type { Admission } from '../domain/admission.ts';
import type { Explanation, RunningTicket } from '../domain/command.ts';
import { describeFailure, Failure } from '../domain/failure.ts';
import { planRun } from '../domain/plan.ts';
import type { Plan, RunRecord } from '../domain/run.ts';
import { nextAttempt } from './claim-ticket.ts';
import { stopsModelsAlone } from './fast-lane.ts';
import { adviceFor, awaitedParts } from './endings.ts';
import type { FoundTicket } from './find-ticket.ts';
import type { Story } from './story.ts';
import type { WorkQueue } from './work-queue.ts';

/** What the queue and the runs say of this moment. */
export type Moment = ReturnType<WorkQueue['view']> & {
  paused: boolean;
  running: readonly (RunningTicket & { key: string })[];
  concurrency: number;
};

type Answer = Pick<Explanation, 'verdict' | 'reason'>;

/** Why a ticket is, or is not, at work: by the very decisions that the queue acts on. */
export async function explainTicket(story: Story, found: FoundTicket, moment: Moment): Promise<Explanation> {
  const { id, file, state } = found;
  const plan = await planFor(story, found);
  const answer = answerFor(found, moment, plan);
  if (plan instanceof Failure && state === 'todo' && answer.verdict === 'ready') {
    const reason = `it would fail at once: ${plan.message} ${plan.hint}`;
    return { id, file, state, verdict: 'hold', reason, plan: null };
  }
  return { id, file, state, ...answer, plan: plan instanceof Failure ? null : plan };
}

function answerFor(found: FoundTicket, moment: Moment, plan: Plan | Failure | null): Answer {
  const { state, record } = found;
  switch (state) {
    case 'todo':
      return explainWaiting(found, moment, plan);
    case 'processing':
      return explainRunning(found, moment);
    case 'review':
      return record === undefined
        ? { verdict: 'hold', reason: 'a person put it there; nothing is known of a change for it' }
        : explainReview(record);
    case 'done':
      return { verdict: 'ended', reason: 'it is done' };
    case 'failed':
      return { verdict: 'ended', reason: explainFailure(record) };
  }
}

function explainWaiting({ file }: FoundTicket, moment: Moment, plan: Plan | Failure | null): Answer {
  const decided = moment.decided.find(({ candidate }) => candidate.file === file);
  if (decided === undefined) return { verdict: 'wait', reason: 'it has not been looked at yet' };
  const { admission } = decided;
  if (admission.verdict !== 'ready') return admission;
  return (
    hindrance(
      !moment.handedOn.has(file) && goesOnWithout(plan, moment) ? { ...moment, outage: null } : moment,
    ) ?? {
      verdict: 'ready',
      reason: 'nothing stands in its way; it is taken as soon as the daemon looks',
    }
  );
}

/** What keeps tickets from being taken that are ready themselves; null when nothing does. */
export function hindrance({
  paused,
  outage,
  running,
  concurrency,
}: Moment): Exclude<Admission, { verdict: 'ready' }> | null {
  if (paused) return { verdict: 'hold', reason: 'the work is paused; `ticketmill resume` goes on' };
  if (outage !== null) return { verdict: 'wait', reason: `${outage.message} ${outage.hint}` };
  if (running.length >= concurrency)
    return { verdict: 'wait', reason: `all ${concurrency} places are taken; it is next in its turn` };
  return null;
}

/** What needs no model does not wait for one. */
function goesOnWithout(plan: Plan | Failure | null, { outage }: Moment): boolean {
  if (plan === null || plan instanceof Failure || plan.recipe === null) return false;
  return outage !== null && stopsModelsAlone(outage);
}

function explainRunning({ file, record }: FoundTicket, { running }: Moment): Answer {
  const run = running.find((each) => each.key === record?.key);
  if (run === undefined)
    return { verdict: 'wait', reason: `${file} is not at work; the daemon puts it back into todo` };
  const seconds = Math.round(run.elapsedMs / 1000);
  return {
    verdict: 'running',
    reason: `at work for ${seconds} s${run.stage === null ? '' : `, stage ${run.stage}`}`,
  };
}

function explainReview(record: RunRecord): Answer {
  const { id, hold, pullRequest, branch } = record;
  const look = `\`ticketmill show ${id} --diff\` shows it`;
  if (hold !== null) {
    const reason = /[.!?]$/.test(hold.reason) ? hold.reason : `${hold.reason}.`;
    return { verdict: 'hold', reason: `${hold.code}: ${reason} ${adviceFor(record, hold.code)}` };
  }
  if (pullRequest !== null)
    return { verdict: 'hold', reason: `${pullRequest.url} waits to be merged; ${look}` };
  const parts = awaitedParts(record);
  if (parts !== null) return { verdict: 'wait', reason: parts };
  return {
    verdict: 'hold',
    reason: `the branch ${branch ?? ''} is ready; no pull request is wanted; ${look}`,
  };
}

function explainFailure(record: RunRecord | undefined): string {
  const error = record?.lastError ?? null;
  if (error === null) return 'it failed; its .error.json tells why';
  return `${error.code} at stage ${error.stage}: ${error.message} ${describeFailure(error.code).hint}`;
}

async function planFor(
  story: Story,
  { ticket, file, id, record }: FoundTicket,
): Promise<Plan | Failure | null> {
  if (ticket === null) return null;
  const identity = record ?? (await story.journal.identify({ id, createdDate: ticket.createdDate, file }));
  const known = record ?? story.journal.get(identity.key);
  const spent = known?.spent ?? { input: 0, output: 0, requests: 0, usd: 0, minutes: 0 };
  const used = { spent, attempts: nextAttempt(known) };
  const { key, created } = identity;
  return planRun(ticket, { identity: { key, id, created }, used }, story.settings().plan);
}
