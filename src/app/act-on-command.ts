import type { CommandName, Commands, Settled, StatusReport } from '../domain/command.ts';
import { Failure } from '../domain/failure.ts';
import type { PullRequest } from '../domain/forge.ts';
import { oneAtATime } from '../journal/one-at-a-time.ts';
import { cancelTicket } from '../pipeline/cancel-ticket.ts';
import { decideStarts } from '../pipeline/decide-starts.ts';
import type { Decision } from '../pipeline/decide-review.ts';
import { approve, merge, reject } from '../pipeline/decide-review.ts';
import { explainTicket, hindrance } from '../pipeline/explain-ticket.ts';
import type { Moment } from '../pipeline/explain-ticket.ts';
import { findTicket } from '../pipeline/find-ticket.ts';
import { listSettled } from '../pipeline/list-settled.ts';
import { lookAtTickets, readyOf } from '../pipeline/look-at-tickets.ts';
import { reportTicket } from '../pipeline/report-ticket.ts';
import { retryFailed } from '../pipeline/retry-failed.ts';
import { closeSplits } from '../pipeline/split-ticket.ts';
import type { WorkQueue } from '../pipeline/work-queue.ts';
import type { Places } from './open-places.ts';
import type { Rooms } from './open-rooms.ts';
import { reportCosts } from './server/report-costs.ts';

/** What runs, for commands; null while a command has the lock itself. */
export type AtWork = {
  queue: WorkQueue;
  places: Places;
  daemon: () => StatusReport['daemon'];
  stop: () => void;
};

export type Actions = {
  [Name in CommandName]: (
    args: Commands[Name]['args'],
    signal: AbortSignal,
  ) => Promise<Commands[Name]['result']>;
};

/** The commands of people, joined to the story. Decisions go one after the other: two at once could disagree. */
export function actions(rooms: Rooms, work: AtWork | null, inTurn = oneAtATime()): Actions {
  const { story, pause } = rooms;
  const switchTo = async (on: boolean): Promise<{ paused: boolean }> => {
    await pause.set(on);
    work?.queue.wake();
    return { paused: on };
  };
  const decide = (id: string, act: (found: Awaited<ReturnType<typeof findTicket>>) => Promise<Decision>) =>
    inTurn(async () => {
      const decision = await act(await findTicket(story, id));
      await closeSplits(story);
      return settledBy(decision);
    });
  return {
    pause: () => switchTo(true),
    resume: () => switchTo(false),
    stop() {
      work?.stop();
      return Promise.resolve({ stopping: work !== null });
    },
    status: (_args, signal) => reportStatus(rooms, work, signal),
    show: async ({ id, diff }) =>
      reportTicket(story, await findTicket(story, id), {
        timeline: (key) => rooms.observers.statistics.timeline(key),
        withDiff: diff,
      }),
    explain: async ({ id }, signal) =>
      explainTicket(story, await findTicket(story, id), await momentOf(rooms, work, signal)),
    cancel: ({ id }) =>
      inTurn(async () => {
        const found = await findTicket(story, id);
        await cancelTicket(story, work?.queue ?? { cancel: () => Promise.resolve(false) }, found);
        return whereIs(rooms, found.file, 'cancelled');
      }),
    approve: ({ id }, signal) => decide(id, (found) => approve(story, found, signal)),
    reject: ({ id, reason }) => decide(id, (found) => reject(story, found, reason)),
    merge: ({ id }) => decide(id, (found) => merge(story, found)),
    costs: ({ since }) => Promise.resolve(reportCosts(rooms, since === null ? null : new Date(since))),
    'retry-failed': (order) =>
      inTurn(async () => {
        const report = await retryFailed(story, order, rooms.loaded.config.retry);
        work?.queue.wake();
        return report;
      }),
  };
}

function settledBy({ record, ending, pullRequest }: Decision): Settled {
  return { id: record.id, file: record.file, state: ending.to, message: ending.message, pullRequest };
}

/** A cancelled run may have come to another end while it was told to stop. */
async function whereIs({ story }: Rooms, file: string, message: string): Promise<Settled> {
  const { id, state, file: now } = await findTicket(story, file);
  const pullRequest: PullRequest | null = null;
  return {
    id,
    file: now,
    state,
    message: state === 'failed' ? message : `it ended in ${state}`,
    pullRequest,
  };
}

async function momentOf(rooms: Rooms, work: AtWork | null, signal: AbortSignal): Promise<Moment> {
  const { observers, pause, disks, servers, loaded } = rooms;
  await work?.queue.look();
  const concurrency = work?.places.now() ?? loaded.config.processing.concurrency;
  const { decided, handedOn } = work?.queue.view() ?? (await wouldBegin(rooms, concurrency));
  return {
    decided,
    handedOn,
    outage:
      work?.queue.view().outage ??
      (await disks.outage()) ??
      rooms.forge.outage() ??
      (await servers.outage(signal)),
    paused: await pause.isOn(),
    running: observers.runs.running(),
    concurrency,
  };
}

/** What the queue would decide if it were at work. */
async function wouldBegin(
  { story }: Rooms,
  concurrency: number,
): Promise<Pick<Moment, 'decided' | 'handedOn'>> {
  const view = await lookAtTickets(story.store);
  const order = { waiting: readyOf(view.decided), running: [], concurrency };
  const { decided } = await decideStarts(story, view, order);
  return { decided, handedOn: new Set() };
}

async function reportStatus(rooms: Rooms, work: AtWork | null, signal: AbortSignal): Promise<StatusReport> {
  const { story, observers, models, servers } = rooms;
  const deciding = momentOf(rooms, work, signal);
  // Where nobody is at work no ticket moves, and disks can be asked meanwhile, as servers can.
  const counting = work === null ? story.store.counts() : deciding.then(() => story.store.counts());
  const asking = servers.health(signal).then(async (hosts) => {
    const isUp = hosts.some(({ healthy }) => healthy);
    return { hosts, loaded: isUp ? await models.loaded(signal).catch(() => []) : [] };
  });
  const [moment, folders, { hosts, loaded }] = await Promise.all([deciding, counting, asking]);
  const { decided, running, paused } = moment;
  const pool = work?.places.pool() ?? null;
  const worktrees = rooms.kept.report();
  const ready = hindrance(moment) ?? { verdict: 'ready', reason: 'ready' };
  const full = await rooms.disks.outage();
  return {
    daemon: work?.daemon() ?? null,
    paused,
    ...(pool === null ? {} : { pool }),
    ...(worktrees === null ? {} : { worktrees }),
    degraded: [...rooms.degraded, ...(full === null ? [] : [`${full.message} ${full.hint}`])],
    folders,
    running: [...running],
    queue: decided.map(({ candidate, admission }) => ({
      id: candidate.id,
      file: candidate.file,
      title: candidate.ticket?.title ?? candidate.file,
      ...(admission.verdict === 'ready' ? ready : admission),
    })),
    settled: listSettled(await story.store.index(['review', 'failed']), story.journal),
    hosts: hosts.map(({ url, healthy, version, circuit }) => ({
      url,
      healthy,
      version,
      circuit,
      loaded: loaded.filter(({ host }) => host === url).map(({ id }) => id),
    })),
    models: observers.statistics.summary().models,
    categories: observers.statistics.categories(),
    cache: rooms.cached(),
  };
}

/** A command and its arguments as they came over the wire: written by ourselves, yet perhaps by another version. */
export function checkArgs(command: CommandName, args: unknown): unknown {
  const needsId = !['pause', 'resume', 'stop', 'status', 'costs', 'retry-failed'].includes(command);
  if (
    typeof args !== 'object' ||
    args === null ||
    (needsId && typeof (args as { id?: unknown }).id !== 'string')
  )
    throw new Failure(
      'TICKET_NOT_FOUND',
      `${command} needs the id of a ticket; found ${JSON.stringify(args)}.`,
    );
  return args;
}
