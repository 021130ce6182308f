import type { Base, CheckCommand, CheckResult } from '../domain/change.ts';
import type { Checks, CommandResult, Workspace } from '../ports.ts';
import { createBaselines, type Baseline, type BaselineOptions } from './baselines.ts';
import { condenseOutput } from './condense-output.ts';
import { findChecks } from './find-checks.ts';
import type { Git } from './git.ts';
import { rememberLast } from './remember-last.ts';
import { findProgram } from './sandbox.ts';

export type ChecksOptions = BaselineOptions & {
  /** The repository's contents, to look for checks in. */
  contents: Git;
  /** PATH of the commands: a check whose program is not installed is not found. */
  path: string;
  /** Time limit of a check that was found, in milliseconds. */
  timeout: number;
};

/**
 * Runs the checks on a worktree. The base commit is asked only when a check is red, because a green check needs no
 * comparison and most are green: that costs nothing where eagerness would double the time of the first ticket on every
 * new base. What was measured once is remembered, so a check that went from red to green between two rounds is `mended`.
 */
export function createChecks(options: ChecksOptions): Checks {
  const baselines = createBaselines(options);
  const manifests = rememberLast(4, (sha) => readManifests(options.contents, sha));

  async function check(workspace: Workspace, tree: string, command: CheckCommand, signal: AbortSignal) {
    const ran = await workspace.run({ argv: command.run, timeoutMs: command.timeout }, signal);
    const baseline =
      ran.exitCode === 0
        ? await baselines.known(workspace.base, command)
        : await baselines.measure(workspace.base, command, signal);
    const files = ran.exitCode === 0 ? [] : await changedIn(options.contents, workspace.base, tree);
    return resultOf(command, ran, baseline, files);
  }

  return {
    async run(workspace, tree, commands, signal) {
      const found = commands ?? (await findInstalled(await manifests(workspace.base.sha), options));
      const results: CheckResult[] = [];
      for (const command of found) results.push(await check(workspace, tree, command, signal));
      return { tree, results };
    },
  };
}

async function changedIn(contents: Git, base: Base, tree: string): Promise<string[]> {
  const names = await contents.run(['diff-tree', '-r', '-z', '--name-only', base.sha, tree]);
  return names.split('\0').filter((name) => name !== '');
}

function resultOf(
  command: CheckCommand,
  ran: CommandResult,
  baseline: Baseline | null,
  files: string[],
): CheckResult {
  const isGreen = ran.exitCode === 0;
  const wasRed = baseline !== null && baseline.exitCode !== 0;
  const outcome = isGreen ? (wasRed ? 'mended' : 'passed') : wasRed ? 'still-red' : 'broken';
  const late = ran.timedOut ? `\n[stopped: it did not end within ${command.timeout} ms]` : '';
  return {
    name: command.name,
    outcome,
    exitCode: ran.exitCode,
    baseExitCode: baseline?.exitCode ?? null,
    elapsedMs: ran.elapsedMs,
    output: isGreen ? '' : condenseOutput(ran.output, files) + late,
  };
}

/** The checks of a project that names none. */
export async function findInBase(
  { contents, ...options }: Pick<ChecksOptions, 'contents' | 'path' | 'timeout'>,
  base: Base,
): Promise<CheckCommand[]> {
  return findInstalled(await readManifests(contents, base.sha), options);
}

/** What lies at the top of a commit, and the files there that can name checks. */
type Manifests = { names: ReadonlySet<string>; texts: ReadonlyMap<string, string> };

async function readManifests(contents: Git, sha: string): Promise<Manifests> {
  const listed = await contents.run(['ls-tree', '-z', '--name-only', sha]);
  const names = new Set(listed.split('\0').filter((name) => name !== ''));
  const texts = new Map<string, string>();
  for (const name of ['package.json', 'pyproject.toml', 'Makefile'].filter((each) => names.has(each))) {
    texts.set(name, await contents.run(['cat-file', 'blob', `${sha}:${name}`]));
  }
  return { names, texts };
}

async function findInstalled(
  { names, texts }: Manifests,
  { path, timeout }: Pick<ChecksOptions, 'path' | 'timeout'>,
): Promise<CheckCommand[]> {
  const found = findChecks({ names, text: (name) => texts.get(name) ?? '' }, timeout);
  const installed = await Promise.all(found.map(({ run }) => findProgram(run[0] ?? '', path)));
  return found.filter((_check, index) => installed[index] !== null);
}
