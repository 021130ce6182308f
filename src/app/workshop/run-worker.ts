import { createHash, randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../config/environment.ts';
import type { LoadedConfig } from '../../config/load.ts';
import type { Paths } from '../../config/paths.ts';
import type { Event } from '../../domain/event.ts';
import type { Failure } from '../../domain/failure.ts';
import { createGuard } from '../../guard/inspect-change.ts';
import type { Clock } from '../../ports.ts';
import type { JobTaker, TakenJob } from '../../queue/take-jobs.ts';
import { mirrorRemote, openMirror, tidyMirror } from '../../workspace/open-mirror.ts';
import { openRepository } from '../../workspace/repository.ts';
import type { RunCommand } from '../../workspace/command.ts';
import { treeContents } from '../../workspace/tree-contents.ts';
import type { Daemon, WorkerOptions } from '../house.ts';
import { keepDayBudget, openBudgetedModels } from '../models/open-models.ts';
import type { Models } from '../models/open-models.ts';
import type { Observers } from '../open-observers.ts';
import { openObservers } from '../open-observers.ts';
import { keepWorktrees } from './keep-worktrees.ts';
import { openWorkshop } from './open-workshop.ts';
import type { WorkshopParts } from './open-workshop.ts';
import { redisAddress } from './redis-address.ts';
import { answersFile, openAnswerStore } from '../models/remember-answers.ts';
import { openForks } from '../open-forks.ts';
import { repositoryOptions } from '../forge/repository-options.ts';
import { makeTaken } from './send-change.ts';
import type { Bench } from './send-change.ts';
import { systemClock } from '../system-clock.ts';
import { takeLock } from '../take-lock.ts';
import { version } from '../version.ts';

/** Makes changes for a coordinator on another machine, in mirrors of its repositories, until it is stopped. */
export async function runWorker(
  loaded: LoadedConfig,
  env: Environment,
  options: WorkerOptions,
): Promise<Daemon> {
  const stack = new AsyncDisposableStack();
  try {
    const { paths } = await takeLock(loaded, env, stack);
    const listeners = new Map<string, (event: Event) => void>();
    const observers = await openObservers(loaded, paths, stack, {
      works: true,
      clock: systemClock,
      env,
      console: options.console && { stream: options.console, level: 'debug', pretty: true, colorize: false },
      observe(event) {
        options.observe(event);
        if ('runId' in event) listeners.get(event.runId)?.(event);
      },
    });
    const benchFor = openBenches({ loaded, paths, env, observers }, stack);
    const { takeJobs } = await import('../../queue/take-jobs.ts');
    const { observe } = observers;
    const concurrency = options.concurrency ?? loaded.config.processing.concurrency;
    const taker = await takeJobs({
      ...redisAddress(loaded),
      id: `${hostname()}-${randomUUID().slice(0, 8)}`,
      host: hostname(),
      version,
      slots: concurrency,
      clock: systemClock,
      make(job, signal) {
        const { runId } = job.order;
        listeners.set(runId, job.observe);
        return makeTaken(job, benchFor, signal).finally(() => listeners.delete(runId));
      },
      redact: observers.redact,
      onOutage: (outage) => observe(told(outage)),
    });
    observe({ type: 'daemon:started', version, concurrency });
    return untilStopped(taker, async () => {
      observe({ type: 'daemon:stopped' });
      await stack.disposeAsync();
    });
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

function told(outage: Failure | null): Event {
  if (outage === null) return { type: 'daemon:recovered' };
  return { type: 'daemon:degraded', reason: `${outage.message} ${outage.hint}` };
}

/** Asked once it makes to the end what it has; asked again it gives that back, for another worker. */
function untilStopped(taker: JobTaker, release: () => Promise<void>): Daemon {
  const drained = Promise.withResolvers<undefined>();
  let isStopping = false;
  return {
    url: null,
    invitation: null,
    ended: drained.promise.finally(release).then(() => ({ settled: [], left: [] })),
    stop() {
      if (isStopping) taker.giveBack();
      isStopping = true;
      drained.resolve(taker.drain());
    },
  };
}

type Around = { loaded: LoadedConfig; paths: Paths; env: Environment; observers: Observers };

/** What is needed to work on a repository, opened when its first change comes. */
function openBenches(around: Around, stack: AsyncDisposableStack): (url: string) => Promise<Bench> {
  const { loaded, paths, env, observers } = around;
  const { observe } = observers;
  const clock = systemClock;
  const { models } = openBudgetedModels({ ...loaded, paths, env }, clock, observe);
  stack.defer(() => models.close());
  const answers = openAnswerStore(loaded.config, answersFile(paths), { clock, redact: observers.redact });
  stack.defer(() => answers?.close());
  const warn = (message: string): void => observe({ type: 'daemon:warning', message });
  const kept = keepWorktrees({ paths, clock, warn, stack });
  const run = openForks(stack);
  const opened = new Map<string, Promise<Bench>>();
  return (url) => {
    const known = opened.get(url) ?? openBench(around, url, { model: models, answers, clock, kept, run });
    opened.set(url, known);
    // One that could not be opened is tried again with the next change.
    known.catch(() => opened.delete(url));
    return known;
  };
}

async function openBench(
  { loaded, paths, env, observers }: Around,
  url: string,
  shared: Pick<WorkshopParts, 'answers' | 'clock' | 'kept'> & { model: Models; run: RunCommand },
): Promise<Bench> {
  const name = createHash('sha256').update(url).digest('hex').slice(0, 12);
  const directory = join(paths.state, 'mirrors', name);
  const state = join(paths.state, 'mirrors', `${name}.state`);
  const own: Paths = { ...paths, root: directory, state, worktrees: join(paths.worktrees, name) };
  const home = join(state, 'empty-home');
  await mkdir(home, { recursive: true, mode: 0o700 });
  await openMirror(directory, url);
  await tidyMirror(directory, { path: env['PATH'] ?? '', home });
  const options = repositoryOptions({ loaded, paths: own, env, ...shared });
  const repository = await openRepository(directory, { ...options, remote: mirrorRemote, baseBranch: null });
  const { observe } = observers;
  const guard = createGuard({
    ...loaded.config.guard,
    knownSecrets: Object.values(loaded.secrets),
    contents: treeContents(repository.own),
  });
  const workshop = await openWorkshop({
    ...shared,
    config: loaded.config,
    paths: own,
    env,
    repository,
    guard,
    observe,
    record: observers.runFiles.record,
    warn: (message) => observe({ type: 'daemon:warning', message }),
  });
  const keptBy = (job: TakenJob): Models =>
    keepSharedBudget(shared.model, loaded, { job, clock: shared.clock });
  return { workshopFor: (job) => workshop.asking(keptBy(job)), repository, guard, directory: state };
}

/** The day's budget of a coordinator is one for all its workers; what is spent here is told with the job's progress. */
function keepSharedBudget(
  models: Models,
  loaded: LoadedConfig,
  { job, clock }: { job: TakenJob; clock: Clock },
): Models {
  const spending = { today: job.spentToday, add: () => Promise.resolve() };
  return keepDayBudget(models, loaded, { usd: job.dayLimit, spending, clock });
}
