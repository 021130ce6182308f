import type { CapturedTree, Change, Spending } from '../../domain/change.ts';
import { addSpending } from '../../domain/change.ts';
import { toFailure } from '../../domain/failure.ts';
import type { Made } from '../../domain/run.ts';
import type { ChangeOrder, Guard, Workshop } from '../../ports.ts';
import type { TakenJob } from '../../queue/take-jobs.ts';
import type { JobResult, ParcelNote, SentChange } from '../../queue/wire.ts';
import { packTree } from '../../workspace/parcel.ts';
import { hasCommit } from '../../workspace/read-commit.ts';
import type { OpenedRepository } from '../../workspace/repository.ts';

/** Where the changes of one repository are made, and a directory for what is on its way. */
export type Bench = {
  workshopFor: (job: TakenJob) => Workshop;
  repository: OpenedRepository;
  guard: Pick<Guard, 'inspect'>;
  directory: string;
};

/** Makes what a job asks for and sends its objects; how it failed is part of the answer. */
export async function makeTaken(
  job: TakenJob,
  benchFor: (url: string) => Promise<Bench>,
  signal: AbortSignal,
): Promise<JobResult> {
  const { spentBefore } = job;
  try {
    const bench = await benchFor(job.repository);
    const order = lessenedBy(job.order, spentBefore);
    await fetchEarlier(bench, order, signal);
    const made = await bench.workshopFor(job).makeChange(order, signal, job.onSpent);
    const total: Made = { ...made, spent: addSpending(spentBefore, made.spent) };
    return await answerOf(total, { bench, job }, signal);
  } catch (error) {
    return { kind: 'failed', failure: wireFailure(error), stage: 'open', parcel: null, spent: spentBefore };
  }
}

/** What an earlier worker used up is used up. */
function lessenedBy(order: ChangeOrder, before: Spending): ChangeOrder {
  const { tokens, budget } = order.plan;
  const { used } = budget;
  const spent = { ...addSpending(used.spent, before), minutes: used.spent.minutes };
  const left = tokens === null ? null : Math.max(0, tokens - before.input - before.output);
  return {
    ...order,
    plan: { ...order.plan, tokens: left, budget: { ...budget, used: { ...used, spent } } },
  };
}

/** The change that is to be changed lies on its branch. */
async function fetchEarlier(
  { repository }: Bench,
  { rework, plan }: ChangeOrder,
  signal: AbortSignal,
): Promise<void> {
  if (rework === undefined || (await hasCommit(repository.own, rework.head))) return;
  await repository.base(plan.branch, signal);
}

type Sending = { bench: Bench; job: TakenJob };

async function answerOf(made: Made, sending: Sending, signal: AbortSignal): Promise<JobResult> {
  const { spent, model, tried } = made;
  const trail = {
    spent,
    ...(model === undefined ? {} : { model }),
    ...(tried === undefined ? {} : { tried }),
  };
  switch (made.kind) {
    case 'publish':
      return { kind: 'publish', change: await sendChange(made.change, sending, signal), ...trail };
    case 'hold': {
      const { code, reason, parts } = made;
      const secret = made.change === null ? null : await findSecret(made.change, sending);
      if (secret !== null) return { kind: 'failed', failure: secret, stage: 'guard', parcel: null, ...trail };
      const change = made.change === null ? null : await sendChange(made.change, sending, signal);
      return { kind: 'hold', change, code, reason, ...(parts === undefined ? {} : { parts }), ...trail };
    }
    case 'failed': {
      const failure = wireFailure(made.failure);
      const parcel = signal.aborted ? null : await sendLeft(made.change, sending, signal);
      return { kind: 'failed', failure, stage: made.stage, parcel, ...trail };
    }
  }
}

/** What was refused for something else may hold a secret too, and what failed earlier was never looked at. */
async function findSecret(
  change: CapturedTree,
  { bench }: Sending,
): Promise<Extract<JobResult, { kind: 'failed' }>['failure'] | null> {
  const { refusals } = await bench.guard.inspect(change);
  const found = refusals.find(({ code }) => code === 'GUARD_SECRET');
  if (found === undefined) return null;
  return { code: found.code, message: `${found.path}:${found.line}: ${found.reason}` };
}

async function sendChange(change: Change, sending: Sending, signal: AbortSignal): Promise<SentChange> {
  const { tree, base, checks, remarks, verdict, model, summary } = change;
  const parcel = await send({ tree, base: base.sha }, sending, signal);
  return { parcel, checks, remarks, verdict, model, summary };
}

/** What a failed run left, for people to look at: as good as it can be had. */
async function sendLeft(
  change: CapturedTree | null,
  sending: Sending,
  signal: AbortSignal,
): Promise<ParcelNote | null> {
  if (change === null || change.files.length === 0) return null;
  try {
    if ((await findSecret(change, sending)) !== null) return null;
    const base = await sending.bench.repository.base(sending.job.order.plan.base, signal);
    return await send({ tree: change.tree, base: base.sha }, sending, signal);
  } catch {
    return null;
  }
}

async function send(
  { tree, base }: { tree: string; base: string },
  { bench, job }: Sending,
  signal: AbortSignal,
): Promise<ParcelNote> {
  const { repository, directory } = bench;
  const { bytes, commit } = await packTree(repository, { base, tree, directory }, signal);
  return { ...(await job.deliver(bytes)), commit, base, tree };
}

function wireFailure(error: unknown): Extract<JobResult, { kind: 'failed' }>['failure'] {
  const { code, message, retryAfterSeconds } = toFailure(error);
  return { code, message, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
}
