import { createHash } from 'node:crypto';
import { constants, cp, mkdir, mkdtemp, readFile, readdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../domain/failure.ts';
import { runCommand } from './command.ts';
import { handOver } from './hand-over.ts';
import { removeDirectory } from './remove-worktree.ts';
import type { Sandbox, View } from './sandbox.ts';

export type DependencyOptions = {
  sandbox: Sandbox;
  /** The user's checkout, whose installed dependencies are shown or copied. */
  checkout: string;
  /** Where installations of our own are kept, one a lock file. */
  cache: string;
};

type Kind = {
  lock: string;
  /** Directory of what is installed, beside the lock file. */
  installed: string;
  /** How to install exactly what is locked, starting no script of any package; null where we do not. */
  install: string[] | null;
};

const npm = ['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'];
const kinds: Kind[] = [
  { lock: 'package-lock.json', installed: 'node_modules', install: npm },
  { lock: 'npm-shrinkwrap.json', installed: 'node_modules', install: npm },
  {
    lock: 'yarn.lock',
    installed: 'node_modules',
    install: ['yarn', 'install', '--frozen-lockfile', '--ignore-scripts'],
  },
  {
    lock: 'pnpm-lock.yaml',
    installed: 'node_modules',
    install: ['pnpm', 'install', '--frozen-lockfile', '--ignore-scripts'],
  },
  { lock: 'bun.lock', installed: 'node_modules', install: null },
  { lock: 'package.json', installed: 'node_modules', install: null },
  { lock: 'uv.lock', installed: '.venv', install: null },
  { lock: 'poetry.lock', installed: '.venv', install: null },
  { lock: 'requirements.txt', installed: '.venv', install: null },
  { lock: 'composer.lock', installed: 'vendor', install: null },
];

/**
 * Puts what is installed beside a worktree's lock files in its place; returns what a sandbox must show for that, and the
 * places, which are no part of any change. Never a hard link: a write through one would reach the user's files.
 */
export async function provideDependencies(
  worktree: string,
  options: DependencyOptions,
  signal: AbortSignal,
): Promise<{ views: View[]; places: string[] }> {
  const views: View[] = [];
  const places: string[] = [];
  const names = new Set(await readdir(worktree));
  for (const kind of kinds.filter(({ lock }) => names.has(lock))) {
    const lock = await readFile(join(worktree, kind.lock)).catch(() => null);
    if (lock === null || places.includes(kind.installed) || (await exists(join(worktree, kind.installed))))
      continue;
    const source = await sourceOf(kind, lock, { worktree, places, options, signal });
    if (source === null) continue;
    places.push(kind.installed);
    const target = join(worktree, kind.installed);
    if (options.sandbox.kind === 'none') await copyTree(source, target, signal);
    else views.push(...viewsOf(source, target));
  }
  return { views, places };
}

type Around = { worktree: string; places: string[]; options: DependencyOptions; signal: AbortSignal };

async function sourceOf(kind: Kind, lock: Buffer, around: Around): Promise<string | null> {
  const { checkout } = around.options;
  const theirs = await readFile(join(checkout, kind.lock)).catch(() => null);
  const installed = join(checkout, kind.installed);
  if (theirs?.equals(lock) === true && (await exists(installed))) return installed;
  if (kind.install === null || !(await hasDependencies(around.worktree))) return null;
  if (await isMonorepo(around.worktree)) return installInPlace(kind, kind.install, around);
  return install(kind, kind.install, lock, around);
}

/** A package that needs nothing is not worth a call of npm, which would not work without a network. */
async function hasDependencies(worktree: string): Promise<boolean> {
  const text = await readFile(join(worktree, 'package.json'), 'utf8').catch(() => '{}');
  return /"(dependencies|devDependencies|optionalDependencies|workspaces)"\s*:\s*[{[]\s*"/.test(text);
}

/** Its packages refer to each other's files, so an installation elsewhere would not do. */
async function isMonorepo(worktree: string): Promise<boolean> {
  const text = await readFile(join(worktree, 'package.json'), 'utf8').catch(() => '{}');
  return /"workspaces"\s*:/.test(text) || (await exists(join(worktree, 'pnpm-workspace.yaml')));
}

async function installInPlace(kind: Kind, command: string[], around: Around): Promise<null> {
  await runInstall(command, around.worktree, around);
  around.places.push(kind.installed);
  return null;
}

async function install(kind: Kind, command: string[], lock: Buffer, around: Around): Promise<string> {
  const { options, worktree } = around;
  const manifest = await readFile(join(worktree, 'package.json'));
  const hash = createHash('sha256')
    .update(lock)
    .update(manifest)
    .update(process.version)
    .digest('hex')
    .slice(0, 24);
  const finished = join(options.cache, hash);
  if (await exists(finished)) return join(finished, kind.installed);
  await mkdir(options.cache, { recursive: true, mode: 0o700 });
  // Two tickets may install the same at the same time; the first to finish gives the other its place.
  const building = await mkdtemp(join(options.cache, '.new-'));
  try {
    for (const name of [kind.lock, 'package.json']) await cp(join(worktree, name), join(building, name));
    await runInstall(command, building, around);
    await mkdir(join(building, kind.installed), { recursive: true });
    if (!(await exists(finished))) await rename(building, finished);
  } finally {
    await removeDirectory(building);
  }
  return join(finished, kind.installed);
}

async function runInstall(command: string[], directory: string, { options, signal }: Around): Promise<void> {
  const { sandbox } = options;
  if (sandbox.user !== null) await handOver(directory, sandbox.user);
  const home = join(options.cache, '.home');
  await mkdir(home, { recursive: true, mode: 0o700 });
  const { argv, env } = sandbox.enclose(command, { directory, views: [], network: true, home });
  const request = {
    argv,
    env,
    cwd: sandbox.kind === 'none' ? directory : '/',
    timeoutMs: 600_000,
    maxOutput: 20_000,
  };
  const ran = await runCommand({ ...request, marker: `install/${directory}` }, signal);
  if (ran.exitCode !== 0) {
    const ending = ran.timedOut ? 'did not end in 10 minutes' : `exited ${ran.exitCode ?? 'by a signal'}`;
    throw new Failure('SETUP_FAILED', `\`${command.join(' ')}\` ${ending}: ${ran.output.slice(-1500)}`);
  }
}

/** Programs in a virtual environment name their interpreter by its original path, so that is shown as well. */
function viewsOf(source: string, target: string): View[] {
  const moved = { from: source, to: target };
  return source.endsWith('.venv') ? [moved, { from: source, to: source }] : [moved];
}

async function copyTree(from: string, to: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
