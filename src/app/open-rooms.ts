import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openDrafts } from '../backlog/drafts.ts';
import type { PauseSwitch } from '../backlog/pause-switch.ts';
import { openPauseSwitch } from '../backlog/pause-switch.ts';
import type { Environment } from '../config/environment.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Paths } from '../config/paths.ts';
import type { Config } from '../config/schema.ts';
import type { CacheFigures } from '../domain/costs.ts';
import { openJournal } from '../journal/journal.ts';
import { noFigures } from '../history/answer-store.ts';
import type { DaySpending } from '../journal/day-spending.ts';
import { rememberRepository } from '../journal/repository-name.ts';
import type { WatchedServers } from '../models/watch-servers.ts';
import { watchServers } from '../models/watch-servers.ts';
import type { Story, StorySettings } from '../pipeline/story.ts';
import type { WaitList } from '../pipeline/wait-list.ts';
import { openWaitList } from '../pipeline/wait-list.ts';
import type { Clock } from '../ports.ts';
import type { RunCommand } from '../workspace/command.ts';
import { redactUrls } from '../workspace/git.ts';
import { openRepository } from '../workspace/repository.ts';
import type { Workplace } from './workshop/choose-workshop.ts';
import { chooseWorkshop } from './workshop/choose-workshop.ts';
import { keepWorktrees } from './workshop/keep-worktrees.ts';
import type { KeptWorktrees } from './workshop/keep-worktrees.ts';
import { openStore } from './open-backlog.ts';
import type { OpenedForge } from './forge/open-forge.ts';
import { openForge } from './forge/open-forge.ts';
import { openBudgetedModels } from './models/open-models.ts';
import type { Models } from './models/open-models.ts';
import { digestOf } from './models/model-digest.ts';
import type { ObserverOptions, Observers } from './open-observers.ts';
import { openObservers } from './open-observers.ts';
import { openClassifier, routingSettings } from './models/open-routing.ts';
import { refused } from './models/probe-models.ts';
import { answersFile, openAnswerStore } from './models/remember-answers.ts';
import { repositoryOptions } from './forge/repository-options.ts';
import { openWorkshops } from './workshop/open-workshops.ts';
import { openGuard, openRepositories } from './forge/open-repositories.ts';
import type { OtherRepository } from './forge/open-repositories.ts';
import { storySettings } from './story-settings.ts';
import type { WatchedDisks } from './watch-disks.ts';
import { watchDisks } from './watch-disks.ts';

/** The whole house, built and joined, with nothing at work in it yet. */
export type Rooms = {
  loaded: LoadedConfig;
  paths: Paths;
  clock: Clock;
  story: Story;
  forge: OpenedForge;
  /** The repositories besides the root's own, by name. */
  elsewhere: ReadonlyMap<string, OtherRepository>;
  workplace: Workplace;
  observers: Observers;
  models: Models;
  spending: DaySpending;
  /** What the kept answers were good for. */
  cached: () => CacheFigures;
  servers: WatchedServers;
  disks: WatchedDisks;
  /** What does not work as it should although the work goes on, for people. */
  degraded: string[];
  kept: KeptWorktrees;
  pause: PauseSwitch;
  waits: WaitList;
  /** Folders in which something may happen from outside. */
  watched: readonly string[];
  env: Environment;
};

export type RoomOptions = ObserverOptions & {
  loaded: LoadedConfig;
  paths: Paths;
  env: Environment;
  /** How a file came to its name, as the watcher knows. */
  arrivedByRename: (path: string) => boolean;
  /** What starts git; absent: this process. */
  run?: RunCommand;
};

/** Builds every room under the daemon's lock. What it acquires is on the stack, to be released in reverse. */
export async function openRooms(options: RoomOptions, stack: AsyncDisposableStack): Promise<Rooms> {
  const { loaded, paths, clock, env } = options;
  const place = { loaded, paths, clock, env };
  const { config } = loaded;
  // git answers while the observers are opened; whether it did is seen where it is waited for.
  const opening = openRepository(paths.root, repositoryOptions(options));
  opening.catch(() => undefined);
  const observers = await openObservers(loaded, paths, stack, options);
  const repository = await opening;
  const name = repository.remoteUrl === null ? repository.place.workTree : redactUrls(repository.remoteUrl);
  const { observe, redact, runFiles, hook } = observers;
  const warn = (message: string): void => observe({ type: 'daemon:warning', message });
  const { journal, waits, store, watched, drafts } = await openBacklog(options, { name, warn });
  const { spending, models, servers } = openModelRooms(options, observers, stack);
  const forge = openForge(options, { repository, warn });
  const guard = openGuard(loaded, repository);
  const answers = openAnswers(options, observers, stack);
  const telling = { observe, record: runFiles.record, hook, warn, redact };
  const kept = keepWorktrees({ paths, clock, warn, stack });
  const making = { config, paths, env, repository, model: models, answers, guard, clock, kept, ...telling };
  const elsewhere = await openRepositories(options, warn);
  const workplace = await chooseWorkshop(options, { ...making, spending }, stack);
  const workshop = await openWorkshops(workplace.workshop, elsewhere, { ...making, works: options.works });
  const story: Story = {
    store,
    drafts,
    journal,
    workshop,
    classify: openClassifier(config, models, { observers, clock }),
    guard,
    repository,
    forge: forge.forge,
    elsewhere: sitesOf(elsewhere),
    archive: runFiles,
    hook,
    clock,
    observe,
    newId: randomUUID,
    redact,
    settings: () => settingsOf(loaded.config, paths, { models, servers, observers }),
  };
  return {
    ...place,
    story,
    forge,
    elsewhere,
    workplace,
    observers,
    models,
    spending,
    cached: () => answers?.figures() ?? noFigures,
    servers,
    disks: watchDisks(paths, clock),
    degraded: [],
    kept,
    pause: openPauseSwitch(paths.backlogRoot),
    waits,
    watched,
  };
}

function openModelRooms(
  { loaded, paths, clock, env }: RoomOptions,
  { observe, audit }: Observers,
  stack: AsyncDisposableStack,
) {
  const { spending, models } = openBudgetedModels({ ...loaded, paths, env }, clock, observe);
  stack.defer(() => models.close());
  audit.digestsFrom((model) => digestOf(models, model, AbortSignal.timeout(5000)));
  return {
    spending,
    models,
    servers: watchServers(models, loaded.config.ollama.defaultModel ?? null, clock),
  };
}

function openAnswers(
  { loaded, paths, clock }: RoomOptions,
  { redact }: Observers,
  stack: AsyncDisposableStack,
) {
  const answers = openAnswerStore(loaded.config, answersFile(paths), { clock, redact });
  stack.defer(() => answers?.close());
  return answers;
}

function sitesOf(elsewhere: Rooms['elsewhere']): Story['elsewhere'] {
  const sites = [...elsewhere].map(
    ([name, { repository, forge, guard }]) => [name, { repository, forge: forge.forge, guard }] as const,
  );
  return new Map(sites);
}

function settingsOf(
  config: Config,
  paths: Paths,
  { models, servers, observers }: Pick<Rooms, 'models' | 'servers' | 'observers'>,
): StorySettings {
  const { statistics, runs } = observers;
  const routing = routingSettings(config, statistics.routing(), runs.running());
  const settings = storySettings(config, servers.defaultModel(), routing);
  return { ...settings, plan: { ...settings.plan, refused: refused(config, paths, models) } };
}

async function openBacklog(
  options: RoomOptions,
  { name, warn }: { name: string; warn: (message: string) => void },
) {
  const { paths, clock } = options;
  const now = (): Date => clock.now();
  const repository = await rememberRepository(paths.state, name);
  const journal = await openJournal({ directory: paths.state, repository, now });
  const waits = openWaitList(clock);
  const waitSeconds = (file: string): number => waits.seconds(file);
  const opened = await openStore(options, { journal, waitSeconds, warn });
  const drafts = openDrafts({ directory: join(paths.backlogRoot, 'drafts'), todo: paths.folders.todo, now });
  return { journal, waits, ...opened, drafts };
}
