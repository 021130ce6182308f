import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Base } from '../domain/change.ts';
import { Failure } from '../domain/failure.ts';
import type { Workspaces } from '../ports.ts';
import { captureTree, restoreTree, type Capture, type CaptureParts } from './capture-tree.ts';
import { captureParts, checkOut, placeOf, type Place } from './check-out.ts';
import { copyIgnored } from './copy-ignored.ts';
import { provideDependencies } from './dependencies.ts';
import { killMarked } from './kill-marked.ts';
import type { Egress } from './egress-proxy.ts';
import { ownRefs } from './private-git-dir.ts';
import { removeDirectory, removeWorktree } from './remove-worktree.ts';
import type { OpenedRepository } from './repository.ts';
import { markerPrefix, runInWorktree } from './run-in-worktree.ts';
import type { WorktreePrograms } from './run-in-worktree.ts';
import type { Sandbox, View } from './sandbox.ts';
import { startFrom } from './start-from.ts';
import { deleteOurRef } from './update-ref.ts';

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
};

export type OpenedWorkspace = Omit<WorktreePrograms, 'endStaying'> & {
  directory: string;
  base: Base;
  capture: (signal: AbortSignal) => Promise<Capture>;
  restore: (tree: string, signal: AbortSignal) => Promise<void>;
  startFrom: (head: string, signal: AbortSignal) => Promise<{ tree: string; conflicts: string[] }>;
  close: (options: { keep: boolean }) => Promise<void>;
};

const never = new AbortController().signal;

export function createWorkspaces(options: WorkspacesOptions): OpenedWorkspaces {
  const { repository } = options;
  const openAt = async (key: string, base: Base, signal: AbortSignal): Promise<OpenedWorkspace> => {
    const place = placeOf(options.directory, key);
    await remove(options, place);
    const parts = await checkOut(options, place, base, signal);
    try {
      return await furnish(options, place, parts, signal);
    } catch (error) {
      await remove(options, place);
      throw error;
    }
  };
  return {
    openAt,
    async open({ key, base, earlier }, signal) {
      const opened = await openAt(key, await repository.base(base, signal), signal);
      if (earlier === undefined) return opened;
      try {
        return { ...opened, begunWith: await opened.startFrom(earlier, signal) };
      } catch (error) {
        await opened.close({ keep: false });
        throw error;
      }
    },
    sweep: (liveKeys) => sweep(options, liveKeys),
  };
}

async function furnish(
  options: WorkspacesOptions,
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
  const captured = { ...parts, exclude: [...copied, ...places], leaveOut: options.leaveOut ?? [] };
  return {
    directory: place.checkout,
    base: parts.base,
    capture: (now) => captureTree(captured, now),
    restore: (tree, now) => restoreTree(captured, tree, now),
    startFrom: (head, now) => startFrom(captured, head, now),
    run,
    enclose,
    close: async ({ keep }) => {
      await endStaying();
      if (!keep) await remove(options, place);
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

function egressOf({ egress }: WorkspacesOptions, { key }: Place): Egress | null {
  if (egress === undefined || egress.hosts.length === 0) return null;
  return { ...egress, onRefused: (reason) => egress.onRefused(key, reason) };
}

async function remove({ repository }: WorkspacesOptions, place: Place): Promise<void> {
  await repository.turns(() => removeWorktree(repository.place.commonDir, place.checkout));
  await removeDirectory(place.home);
}

async function sweep(options: WorkspacesOptions, liveKeys: ReadonlySet<string>): Promise<string[]> {
  await killMarked((marker) => marker.startsWith(markerPrefix(options.directory)));
  const live = new Set([...liveKeys].map((key) => placeOf(options.directory, key).name));
  const names = (await readdir(options.directory).catch(() => [])).filter((name) => !name.startsWith('.'));
  const kept: string[] = [];
  for (const name of names.filter((each) => !live.has(each))) {
    const key = await changedKey(options, name);
    if (key === null) await remove(options, placeOf(options.directory, name));
    else kept.push(key);
  }
  const needed = new Set([...live, ...kept.map((key) => placeOf(options.directory, key).name)]);
  // A lock of somebody else is no reason not to begin; the next start sweeps again.
  await forgetTrees(options.repository, needed).catch(() => undefined);
  return kept;
}

/** A captured tree outlives its worktree, because it is committed later; here nobody waits for it any more. */
async function forgetTrees({ git, place }: OpenedRepository, live: ReadonlySet<string>): Promise<void> {
  const refs = await git.run(['for-each-ref', '--format=%(refname)', `${ownRefs}/tree/`]);
  const old = refs.split('\n').filter((ref) => ref !== '' && !live.has(ref.slice(`${ownRefs}/tree/`.length)));
  for (const ref of old) await deleteOurRef(git, place.commonDir, ref);
}

/** The key of a worktree that holds work; null when it does not, or was never finished. */
async function changedKey(
  { repository, directory, path }: WorkspacesOptions,
  name: string,
): Promise<string | null> {
  const place = placeOf(directory, name);
  const made = await readMade(place);
  if (made === null) return null;
  const { key, base } = made;
  const exclude = ['node_modules', '.venv', 'vendor'];
  const parts = { ...captureParts({ repository, path }, place, base), exclude };
  const files = await captureTree(parts, never).then(
    (capture) => capture.files.length,
    () => 1,
  );
  return files === 0 ? null : key;
}

/** Null where whoever made the worktree did not come to its end. */
async function readMade({ home }: Place): Promise<{ key: string; base: Base } | null> {
  try {
    return JSON.parse(await readFile(join(home, 'workspace.json'), 'utf8')) as { key: string; base: Base };
  } catch {
    return null;
  }
}
