import { dirname, join } from 'node:path';
import type { Base } from '../domain/change.ts';
import { Failure } from '../domain/failure.ts';
import type { Workspaces } from '../ports.ts';
import { captureTree, restoreTree, type Capture, type CaptureParts } from './capture-tree.ts';
import { checkOut, isIntact, placeOf, type Place } from './check-out.ts';
import { copyIgnored } from './copy-ignored.ts';
import { provideDependencies } from './dependencies.ts';
import type { Egress } from './egress-proxy.ts';
import { keepTrees } from './keep-trees.ts';
import { openEarly } from './open-early.ts';
import type { OpenedRepository } from './repository.ts';
import { runInWorktree } from './run-in-worktree.ts';
import type { WorktreePrograms } from './run-in-worktree.ts';
import type { Sandbox, View } from './sandbox.ts';
import { startFrom } from './start-from.ts';
import { clearPlaces, noteOwner, removePlace, sparePlace, sweepWorktrees } from './sweep-worktrees.ts';
import { keepWarm } from './warm-worktrees.ts';
import type { Prepared, WarmOptions, WarmWorktrees } from './warm-worktrees.ts';

export type WorkspacesOptions = {
  repository: OpenedRepository;
  sandbox: Sandbox;
  /** Where worktrees are made, outside every checkout. */
  directory: string;
  /** PATH for git. */
  path: string;
  /** Whether commands may use the network. */
  network: boolean;
  /** Hosts that commands in the sandbox reach without it; `key` of the worktree from which another one was asked for. */
  egress?: Pick<Egress, 'hosts' | 'resolve'> & { onRefused: (key: string, reason: string) => void };
  dependencies: 'auto' | 'none';
  /** Ignored files of the checkout that a worktree gets as well. */
  copy: readonly string[];
  /** Folders, from the top, whose files never become part of a change. */
  leaveOut?: readonly string[];
  /** Commands, each as argv, that make a fresh worktree ready. */
  setup: readonly (readonly string[])[];
  setupTimeoutMs: number;
  /** Bytes of a command's output that are kept. */
  maxOutput: number;
};

/** The worktrees of one repository. Each lies in a directory of its own, beside the git directory that only we use. */
export type OpenedWorkspaces = Workspaces & {
  /** A worktree of exactly this commit, for what must be compared with the base. */
  openAt: (key: string, base: Base, signal: AbortSignal) => Promise<OpenedWorkspace>;
  /** Kills what an earlier life left running, removes its unchanged worktrees; returns the keys of the changed ones. */
  sweep(liveKeys: ReadonlySet<string>): Promise<string[]>;
  /** From now on some lie ready for tickets that start from the base branch; to be begun after the sweep. */
  keepWarm(order: WarmOrder): WarmWorktrees<OpenedWorkspace>;
  /** Resolves when all that are being closed are gone, and nothing else goes on beside. */
  idle(): Promise<void>;
};

/** `newId`: a name that no other worktree ever had. */
export type WarmOrder = Omit<WarmOptions<OpenedWorkspace>, 'base' | 'prepare'> & { newId: () => string };

export type OpenedWorkspace = Omit<WorktreePrograms, 'endStaying'> & {
  directory: string;
  base: Base;
  capture: (signal: AbortSignal) => Promise<Capture>;
  restore: (tree: string, signal: AbortSignal) => Promise<void>;
  startFrom: (head: string, signal: AbortSignal) => Promise<{ tree: string; conflicts: string[] }>;
  close: (options: { keep: boolean }) => Promise<void>;
};

export function createWorkspaces(options: WorkspacesOptions): OpenedWorkspaces {
  const { repository, directory } = options;
  const closing: Beside['closing'] = new Map();
  const trees = keepTrees(repository);
  const around = { ...options, closing, trees };
  const openAt = async (key: string, base: Base, signal: AbortSignal): Promise<OpenedWorkspace> => {
    const place = placeOf(directory, key);
    await clear(around, key);
    const opened = await make(around, place, base, signal);
    await noteOwner(place, { key, base });
    return opened;
  };
  let begin = openEarly(repository.base, openAt);
  return {
    openAt,
    async open({ key, base: branch, earlier }, signal) {
      const opened = await begin(key, branch, signal);
      if (earlier === undefined) return opened;
      try {
        return { ...opened, begunWith: await opened.startFrom(earlier, signal) };
      } catch (error) {
        await opened.close({ keep: false });
        throw error;
      }
    },
    sweep: (liveKeys) => sweepWorktrees(options, liveKeys),
    keepWarm({ newId, ...order }) {
      const pool = keepWarm({
        ...order,
        base: (signal) => repository.base(null, signal),
        prepare: (base, signal) => prepare(around, sparePlace(directory, newId()), base, signal),
      });
      begin = async (key, branch, signal) => {
        const base = await repository.base(branch, signal);
        return (await pool.take(key, base)) ?? openAt(key, base, signal);
      };
      return pool;
    },
    async idle() {
      await Promise.allSettled([...closing.values(), trees.idle()]);
    },
  };
}

/** What goes on beside everything else. `closing`: by their keys, for which nobody may make another one before. */
type Beside = { closing: Map<string, Promise<void>>; trees: ReturnType<typeof keepTrees> };
type Around = WorkspacesOptions & Beside;

/** Removes whatever earlier runs of a ticket left, when the last of them has gone. */
async function clear(around: Around, key: string): Promise<void> {
  await around.closing.get(key)?.catch(() => undefined);
  await clearPlaces(around, key);
}

async function make(
  options: Around,
  place: Place,
  base: Base,
  signal: AbortSignal,
): Promise<OpenedWorkspace> {
  try {
    return await furnish(options, place, await checkOut(options.repository, place, base, signal), signal);
  } catch (error) {
    await removePlace(options, place);
    throw error;
  }
}

/** All that does not depend on the ticket. As long as nobody is noted as its owner, it is swept like anything unfinished. */
async function prepare(
  options: Around,
  place: Place,
  base: Base,
  signal: AbortSignal,
): Promise<Prepared<OpenedWorkspace>> {
  const opened = await make(options, place, base, signal);
  return {
    base,
    async hand(key) {
      if (!(await isIntact(place))) return null;
      await clear(options, key);
      await noteOwner(place, { key, base });
      place.key = key;
      return opened;
    },
    discard: () => opened.close({ keep: false }),
  };
}

async function furnish(
  options: Around,
  place: Place,
  parts: CaptureParts,
  signal: AbortSignal,
): Promise<OpenedWorkspace> {
  const { repository, sandbox } = options;
  const from = repository.place.workTree;
  const copied = await copyIgnored(from, place.checkout, options.copy);
  const { views, places } =
    options.dependencies === 'none'
      ? { views: [], places: [] }
      : await provideDependencies(
          place.checkout,
          { sandbox, checkout: from, cache: join(dirname(place.home), '.dependencies') },
          signal,
        );
  const { run, enclose, endStaying } = runInWorktree(place, {
    ...options,
    egress: egressOf(options, place),
    views: [...ownViews(repository, place), ...views],
  });
  for (const argv of options.setup) {
    const ran = await run({ argv: [...argv], timeoutMs: options.setupTimeoutMs }, signal);
    if (ran.exitCode === 0) continue;
    const ending = ran.timedOut ? 'did not end in time' : `exited ${ran.exitCode ?? 'by a signal'}`;
    throw new Failure('SETUP_FAILED', `\`${argv.join(' ')}\` ${ending}: ${ran.output.slice(-1500)}`);
  }
  const { closing, trees } = options;
  const captured = {
    ...parts,
    exclude: [...copied, ...places],
    leaveOut: options.leaveOut ?? [],
    keep: (tree: string) => trees.keep(place.name, tree),
  };
  return {
    directory: place.checkout,
    base: parts.base,
    capture: (now) => captureTree(captured, now),
    restore: (tree, now) => restoreTree(captured, tree, now),
    startFrom: (head, now) => startFrom(captured, head, now),
    run,
    enclose,
    close({ keep }) {
      const { key } = place;
      const closed = Promise.all([endStaying(), trees.idle()])
        .then(() => (keep ? undefined : removePlace(options, place)))
        .finally(() => closing.delete(key));
      closing.set(key, closed);
      return closed;
    },
  };
}

function ownViews({ place: { commonDir } }: OpenedRepository, { home, checkout }: Place): View[] {
  return [
    { from: commonDir, to: commonDir },
    // The real one may hold a URL with credentials.
    { from: join(home, 'config'), to: join(commonDir, 'config') },
    { from: join(home, 'dot-git'), to: join(checkout, '.git') },
  ];
}

function egressOf({ egress }: WorkspacesOptions, place: Place): Egress | null {
  if (egress === undefined || egress.hosts.length === 0) return null;
  return { ...egress, onRefused: (reason) => egress.onRefused(place.key, reason) };
}
