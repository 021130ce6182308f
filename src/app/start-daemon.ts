import type { Environment } from '../config/environment.ts';
import type { LoadedConfig } from '../config/load.ts';
import { watchFolders } from '../backlog/watch.ts';
import type { FolderWatch } from '../backlog/watch.ts';
import type { Handlers } from '../control/serve-control.ts';
import { removeDaemonInfo, writeDaemonInfo } from '../control/daemon-info.ts';
import type { StatusReport } from '../domain/command.ts';
import { toFailure } from '../domain/failure.ts';
import type { Observe } from '../domain/event.ts';
import type { RunningServer } from '../http/server.ts';
import { oneAtATime } from '../journal/one-at-a-time.ts';
import { repeatEvery } from '../pipeline/repeat-every.ts';
import { recoverWork } from '../pipeline/recover-work.ts';
import { actions, checkArgs } from './act-on-command.ts';
import type { Actions } from './act-on-command.ts';
import { beginWork } from './begin-work.ts';
import type { Running } from './begin-work.ts';
import { findNetworkFolders } from './find-network-folders.ts';
import { followConfig } from './follow-config.ts';
import { openEventFeed } from './server/event-feed.ts';
import { hearForge } from './forge/hear-forge.ts';
import type { Daemon, DaemonOptions, Outcome } from './house.ts';
import { openForks } from './open-forks.ts';
import type { RoomOptions, Rooms } from './open-rooms.ts';
import { openRooms } from './open-rooms.ts';
import { serve } from './server/serve.ts';
import { systemClock } from './system-clock.ts';
import { takeLock } from './take-lock.ts';
import { version } from './version.ts';

/** Milliseconds between two looks that need no event. */
const rescanMs = 5000;

/** Opens the house, recovers what an earlier life left, and lets the work begin. */
export async function startDaemon(
  loaded: LoadedConfig,
  env: Environment,
  options: DaemonOptions,
): Promise<Daemon> {
  const stack = new AsyncDisposableStack();
  try {
    const { lock, paths } = await takeLock(loaded, env, stack);
    const watch: { on: FolderWatch | null } = { on: null };
    const feed = openEventFeed();
    const rooms = await openRooms(
      {
        // A copy, for its config changes with the files.
        loaded: { ...loaded },
        paths,
        env,
        clock: systemClock,
        works: true,
        run: openForks(stack),
        arrivedByRename: (path) => watch.on?.arrivedByRename(path) ?? false,
        observe: both(feed.observe, options.observe),
        console: consoleFor(loaded, options),
      },
      stack,
    );
    const { observe } = rooms.story;
    const warn = (message: string): void => observe({ type: 'daemon:warning', message });
    await recoverWork(rooms.story);
    const running = beginWork(rooms, options);
    await tellNetworkFolders(rooms, warn);
    watch.on = await watchTodo(rooms, running, { stack, warn });
    let server: RunningServer | null = null;
    const describe = (): StatusReport['daemon'] => running.describe(server);
    const inTurn = oneAtATime();
    const act = actions(rooms, { ...running, daemon: describe }, inTurn);
    const wake = (): void => running.queue.wake();
    const webhook = options.once ? null : await hearForge(rooms, { act, env, wake, inTurn, stack });
    if (options.server && loaded.config.server.enabled)
      server = await serve(rooms, running, { act, feed, webhook, stack, warn });
    const url = server?.url ?? null;
    await writeDaemonInfo(paths.state, {
      pid: process.pid,
      version,
      startedAt: rooms.clock.now().toISOString(),
      url,
    });
    stack.defer(() => removeDaemonInfo(paths.state));
    lock.serve(handlersOf(act));
    observe({ type: 'daemon:started', version, concurrency: running.places.most });
    warmUp(rooms);
    lookAfterServers(rooms, stack);
    if (!options.once) keepUp(rooms, act, { env, stack });
    running.queue.wake();
    const invitation = server?.invitation() ?? null;
    return { url, invitation, ended: endWell(rooms, running, stack), stop: running.stop };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** What is only for a daemon that stays. */
function keepUp(
  rooms: Rooms,
  act: Actions,
  { env, stack }: { env: Environment; stack: AsyncDisposableStack },
): void {
  holdWaiting(rooms);
  retryByItself(rooms, act, stack);
  followConfig(rooms, env, stack);
}

/** What an earlier life put back for a while. A life that works once is there to try it, whatever held it up then. */
function holdWaiting({ waits, story }: Rooms): void {
  for (const { file, waitSeconds } of story.journal.all()) waits.hold(file, waitSeconds);
}

function both(first: Observe, second: Observe): Observe {
  return (event) => {
    first(event);
    second(event);
  };
}

async function watchTodo(
  { watched, clock, degraded }: Rooms,
  { queue }: Running,
  { stack, warn }: { stack: AsyncDisposableStack; warn: (message: string) => void },
): Promise<FolderWatch> {
  const watch = await watchFolders({
    directories: watched,
    clock,
    rescanMs,
    onChange: () => queue.wake(),
    onDegraded(mode, reason) {
      const told = `Folder events are off (${reason}); the folders are looked at every 5 s.`;
      degraded.push(`${mode}: ${told}`);
      warn(told);
    },
  });
  stack.defer(() => watch.close());
  return watch;
}

/** The lock holds on this machine alone; from another one a second daemon could take the same tickets. */
async function tellNetworkFolders(
  { paths, degraded }: Rooms,
  warn: (message: string) => void,
): Promise<void> {
  const [found] = await findNetworkFolders(paths);
  if (found === undefined) return;
  const told = `${found.place} lies on a network file system (${found.kind}): let no other machine work on it.`;
  degraded.push(`network: ${told}`);
  warn(told);
}

async function endWell(
  { story }: Rooms,
  { finished }: Running,
  stack: AsyncDisposableStack,
): Promise<Outcome> {
  try {
    const outcome = await finished;
    story.observe({ type: 'daemon:stopped' });
    return outcome;
  } finally {
    await stack.disposeAsync();
  }
}

function consoleFor({ config }: LoadedConfig, { console }: DaemonOptions): RoomOptions['console'] {
  if (console === null) return null;
  const colorize = config.logging.colorize ?? false;
  return { stream: console, level: 'debug', pretty: true, colorize };
}

function handlersOf(all: Actions): Handlers {
  const names = Object.keys(all) as (keyof Actions)[];
  return Object.fromEntries(
    names.map((name) => {
      const act = all[name] as (args: unknown, signal: AbortSignal) => Promise<unknown>;
      return [name, (args: unknown, signal: AbortSignal) => act(checkArgs(name, args), signal)];
    }),
  );
}

function lookAfterServers({ servers, loaded }: Rooms, stack: AsyncDisposableStack): void {
  const { enabled, interval } = loaded.config.ollama.healthCheck;
  if (!enabled) return;
  const ended = new AbortController();
  const watching = servers.watch(interval, ended.signal);
  stack.defer(() => {
    ended.abort();
    return watching;
  });
}

/** Milliseconds between two looks through `failed`. */
const retryEveryMs = 60_000;

function retryByItself({ loaded, clock, observers }: Rooms, act: Actions, stack: AsyncDisposableStack): void {
  if (!loaded.config.retry.auto) return;
  const ended = new AbortController();
  const order = { id: null, maxAgeDays: null, dryRun: false, force: false };
  const retrying = repeatEvery(retryEveryMs, () => act['retry-failed'](order, ended.signal), {
    clock,
    signal: ended.signal,
    onFault: (error) =>
      observers.log.write({ level: 'error', component: 'processor', message: toFailure(error).message }),
  });
  stack.defer(() => {
    ended.abort();
    return retrying;
  });
}

/** A model that is loaded before its first ticket answers it sooner; that it cannot be is found out by the ticket. */
function warmUp({ models, servers, loaded }: Rooms): void {
  const model = servers.defaultModel();
  if (!loaded.config.ollama.warmUp || model === null) return;
  models.warmUp(model, new AbortController().signal).catch(() => undefined);
}
