import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { LoadedConfig } from '../../config/load.ts';
import type { Paths } from '../../config/paths.ts';
import type { CapturedTree, Change, Spending } from '../../domain/change.ts';
import { noSpending } from '../../domain/change.ts';
import type { Observe } from '../../domain/event.ts';
import { Failure, toFailure } from '../../domain/failure.ts';
import type { Made } from '../../domain/run.ts';
import type { DaySpending } from '../../journal/day-spending.ts';
import type { ChangeOrder, Clock, Workshop } from '../../ports.ts';
import type { Delivered, JobGiver } from '../../queue/give-jobs.ts';
import type { ParcelNote, SentChange } from '../../queue/wire.ts';
import { unpackTree } from '../../workspace/parcel.ts';
import { publicAddress } from '../../workspace/remote.ts';
import type { OpenedRepository } from '../../workspace/repository.ts';
import { redisAddress } from './redis-address.ts';
import { version } from '../version.ts';

export type RemoteParts = {
  loaded: LoadedConfig;
  paths: Paths;
  repository: OpenedRepository;
  clock: Clock;
  observe: Observe;
  redact: (text: string) => string;
  /** Of this installation; what its workers spend counts there. */
  spending: DaySpending;
};

/** A workshop whose changes are made on other machines, and the queue behind it. */
export type RemoteWorkshop = Workshop & { queue: JobGiver };

/** Loads the library of the queue, which nobody else needs. */
export async function openRemoteWorkshop(parts: RemoteParts): Promise<RemoteWorkshop> {
  const { loaded, paths, repository, clock, observe, redact, spending } = parts;
  const { remoteUrl, place } = repository;
  if (remoteUrl === null)
    throw new Failure(
      'NO_REPOSITORY',
      `${place.workTree} has no remote "${loaded.config.git.remote}" that workers could fetch from; add one, or set \`queue.driver\` to "local".`,
    );
  const url = publicAddress(remoteUrl, place.workTree);
  const { openJobGiver } = await import('../../queue/give-jobs.ts');
  const coordinator = createHash('sha256').update(`${hostname()}\0${paths.root}`).digest('hex').slice(0, 16);
  const queue = await openJobGiver({
    ...redisAddress(loaded),
    coordinator,
    version,
    clock,
    observe,
    redact,
    spentToday: () => spending.today(),
    dayLimit: loaded.config.budget.perDay.usd ?? null,
  });
  return {
    queue,
    async makeChange(order, signal, onSpent) {
      const count = countIn(spending);
      // Whatever comes of it, this was used.
      let used = noSpending;
      const hear = (spent: Spending): Promise<void> => {
        used = spent;
        return count(spent);
      };
      try {
        const base = await repository.base(order.plan.base, signal);
        const named: ChangeOrder = { ...order, plan: { ...order.plan, base: base.branch } };
        const delivered = await queue.make({ repository: url, order: named }, signal, async (spent) => {
          await hear(spent);
          await onSpent(spent);
        });
        await hear(spentOn(delivered));
        return await madeOf(parts, delivered, { branch: base.branch, signal });
      } catch (error) {
        return failedHere(signal.aborted ? signal.reason : error, used);
      }
    },
  };
}

/** Adds to what was spent today as a run goes on, which always tells all that it has spent so far. */
function countIn(spending: DaySpending): (spent: Spending) => Promise<void> {
  let counted = 0;
  return async ({ usd }) => {
    const more = usd - counted;
    counted = Math.max(counted, usd);
    if (more > 0) await spending.add(more);
  };
}

/** What was told last, on the way or with the answer. */
function spentOn({ result, spent }: Delivered): Spending {
  return result.spent.requests > spent.requests ? result.spent : spent;
}

/** A worker's answer with nothing in it that only the worker says: diff and files are read from the objects. */
async function madeOf(
  parts: RemoteParts,
  delivered: Delivered,
  { branch, signal }: { branch: string; signal: AbortSignal },
): Promise<Made> {
  const { result, parcel } = delivered;
  const { model, tried } = result;
  const trail = {
    spent: spentOn(delivered),
    ...(model === undefined ? {} : { model }),
    ...(tried === undefined ? {} : { tried }),
  };
  const open = (note: ParcelNote): Promise<CapturedTree> => receive(parts, { note, parcel, branch }, signal);
  switch (result.kind) {
    case 'publish':
      return { kind: 'publish', change: await changeOf(result.change, branch, open), ...trail };
    case 'hold': {
      const { code, reason, parts } = result;
      const change = result.change === null ? null : await changeOf(result.change, branch, open);
      return { kind: 'hold', change, code, reason, ...(parts === undefined ? {} : { parts }), ...trail };
    }
    case 'failed': {
      const { code, message, retryAfterSeconds } = result.failure;
      const failure = new Failure(
        code,
        message,
        retryAfterSeconds === undefined ? {} : { retryAfterSeconds },
      );
      // What a failed run left is for people to look at, and no reason to fail otherwise.
      const change = result.parcel === null ? null : await open(result.parcel).catch(() => null);
      return { kind: 'failed', failure, stage: result.stage, change, ...trail };
    }
  }
}

async function changeOf(
  { parcel, ...said }: SentChange,
  branch: string,
  open: (note: ParcelNote) => Promise<CapturedTree>,
): Promise<Change> {
  return { ...(await open(parcel)), ...said, base: { branch, sha: parcel.base } };
}

type Received = { note: ParcelNote; parcel: Buffer | null; branch: string };

async function receive(
  { repository, paths }: RemoteParts,
  { note, parcel, branch }: Received,
  signal: AbortSignal,
): Promise<CapturedTree> {
  if (parcel === null) throw new Failure('PARCEL_REFUSED', 'A worker told of a change and sent none.');
  // What the branch is now: the worker may have begun with a later commit than we knew.
  const head = await repository.base(branch, signal);
  const { commit, base, tree } = note;
  const whole = { bytes: parcel, commit, base, tree };
  return unpackTree(repository, { parcel: whole, head: head.sha, directory: paths.state }, signal);
}

function failedHere(error: unknown, spent: Spending): Made {
  return { kind: 'failed', failure: toFailure(error), stage: 'open', change: null, spent };
}
