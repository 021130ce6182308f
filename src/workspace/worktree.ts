import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Base } from '../domain/change.ts';
import { Failure } from '../domain/failure.ts';
import type { CommandOrder, CommandResult, Workspace, Workspaces } from '../ports.ts';
import { captureTree, restoreTree, type Capture, type CaptureParts } from './capture-tree.ts';
import { captureParts, checkOut, placeOf, type Place } from './check-out.ts';
import { runCommand, type Ran } from './command.ts';
import { openTool } from './run-tool.ts';
import { copyIgnored } from './copy-ignored.ts';
import { provideDependencies } from './dependencies.ts';
import { handOver } from './hand-over.ts';
import { killMarked } from './kill-marked.ts';
import { ownRefs } from './private-git-dir.ts';
import { removeDirectory, removeWorktree } from './remove-worktree.ts';
import type { OpenedRepository } from './repository.ts';
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

export type OpenedWorkspace = {
  directory: string;
  base: Base;
  capture: (signal: AbortSignal) => Promise<Capture>;
  restore: (tree: string, signal: AbortSignal) => Promise<void>;
  startFrom: (head: string, signal: AbortSignal) => Promise<{ tree: string; conflicts: string[] }>;
  run: (command: CommandOrder, signal: AbortSignal) => Promise<CommandResult>;
  enclose: NonNullable<Workspace['enclose']>;
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
  const { run, enclose, endStaying } = runner(options, place, views);
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

function runner(
  options: WorkspacesOptions,
  place: Place,
  dependencies: View[],
): Pick<OpenedWorkspace, 'run' | 'enclose'> & { endStaying: () => Promise<void> } {
  const { sandbox, repository } = options;
  const { commonDir } = repository.place;
  const views: View[] = [
    { from: commonDir, to: commonDir },
    // The real one may hold a URL with credentials.
    { from: join(place.home, 'config'), to: join(commonDir, 'config') },
    { from: join(place.home, 'dot-git'), to: join(place.checkout, '.git') },
    ...dependencies,
  ];
  const staying = new Set<string>();
  let count = 0;
  const cwd = sandbox.kind === 'none' ? place.checkout : '/';
  const prepare = async (network = options.network) => {
    count += 1;
    if (sandbox.user !== null) await handOver(place.checkout, sandbox.user);
    const enclosure = { directory: place.checkout, views, network, home: join(place.home, 'home') };
    return { enclosure, marker: `${markerPrefix(options.directory)}${place.name}/${count}` };
  };
  const run = async (command: CommandOrder, signal: AbortSignal): Promise<CommandResult> => {
    const { timeoutMs, tool, network } = command;
    const { enclosure, marker } = await prepare(network);
    if (tool !== undefined) {
      const opened = await openTool({ tool, program: command.argv[0] ?? '' }, { sandbox, enclosure });
      const limits = { timeoutMs, maxOutput: longestToolOutput };
      try {
        return toolResult(await runCommand({ ...opened.request, ...limits, cwd, marker }, signal));
      } finally {
        await opened.close();
      }
    }
    const { argv, env } = sandbox.enclose(command.argv, enclosure);
    const ran = await runCommand({ argv, env, cwd, marker, timeoutMs, maxOutput: options.maxOutput }, signal);
    return { exitCode: ran.exitCode, output: ran.output, timedOut: ran.timedOut, elapsedMs: ran.elapsedMs };
  };
  return {
    run,
    async enclose(command) {
      const { enclosure, marker } = await prepare();
      const { argv, env } = sandbox.enclose(command, enclosure);
      staying.add(marker);
      return { argv, env: { ...env, TICKETMILL_RUN: marker }, cwd };
    },
    async endStaying() {
      if (staying.size > 0) await killMarked((marker) => staying.has(marker));
    },
  };
}

/** Programs that tell of every word need room. */
const longestToolOutput = 16 * 1024 * 1024;

function toolResult({ exitCode, output, timedOut, elapsedMs, stdout, stalled }: Ran): CommandResult {
  return { exitCode, output, timedOut, elapsedMs, tool: { stdout, stalled } };
}

function markerPrefix(directory: string): string {
  return `${createHash('sha256').update(directory).digest('hex').slice(0, 16)}/`;
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
