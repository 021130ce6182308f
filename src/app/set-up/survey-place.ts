import { readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../config/environment.ts';
import type { LoadedConfig } from '../../config/load.ts';
import type { Paths } from '../../config/paths.ts';
import { Failure } from '../../domain/failure.ts';
import type { ModelFacts } from '../../domain/chat.ts';
import type { Platform } from '../../domain/ollama-setup.ts';
import { readRemote } from '../../forge/remote-place.ts';
import type { RemotePlace } from '../../forge/remote-place.ts';
import type { Clock } from '../../ports.ts';
import { findInBase } from '../../workspace/checks.ts';
import { createGit } from '../../workspace/git.ts';
import type { Git } from '../../workspace/git.ts';
import { locateRepository } from '../../workspace/locate-repository.ts';
import type { RepositoryPlace } from '../../workspace/locate-repository.ts';
import { remoteUrls } from '../../workspace/remote-urls.ts';
import { findProgram } from '../../workspace/sandbox.ts';
import { listModels } from '../tools.ts';

/** What there is before anything is set up. */
export type Survey = {
  repository: Repository;
  platform: Platform;
  /** Bytes of the machine. */
  memory: number;
  ollama: {
    hosts: readonly string[];
    /** Null when it answers. */
    problem: string | null;
    models: ModelFacts[];
    /** Whether its program is on the PATH. */
    installed: boolean;
  };
};

type Repository = {
  workTree: string;
  /** Null while there is no commit. */
  baseBranch: string | null;
  /** Where the remote lies on a forge; null without one. */
  remote: RemotePlace | null;
  /** Names and commands of the checks that the last commit has. */
  checks: { name: string; run: readonly string[] }[];
  /** Whether git already knows a file `.env`. */
  tracksEnv: boolean;
};

export type Place = { loaded: LoadedConfig & { paths: Paths }; env: Environment; clock: Clock };

/** Looks at repository, machine and model server; changes nothing. Throws `NO_REPOSITORY`. */
export async function surveyPlace(place: Place, signal: AbortSignal): Promise<Survey> {
  const { loaded, env } = place;
  const found = await locateRepository(loaded.root);
  const [repository, ollama, platform] = await Promise.all([
    surveyRepository(found, place, signal),
    surveyOllama(place, signal),
    platformOf(),
  ]);
  const installed = (await findProgram('ollama', env['PATH'] ?? '')) !== null;
  return { repository, platform, memory: totalmem(), ollama: { ...ollama, installed } };
}

async function surveyRepository(
  { workTree, gitDir }: RepositoryPlace,
  { loaded, env }: Place,
  signal: AbortSignal,
): Promise<Repository> {
  const { config, paths, root } = loaded;
  const path = env['PATH'] ?? '';
  const git = createGit({ gitDir }, { path, home: paths.state });
  const ask = async (...args: string[]): Promise<string | null> => {
    const asked = await git.attempt(args, {}, signal);
    return asked.exitCode === 0 ? asked.stdout.trim() : null;
  };
  const sha = await ask('rev-parse', '-q', '--verify', 'HEAD^{commit}');
  const { remote, baseBranch } = config.git;
  const urls = await remoteUrls(git, remote, { signal });
  const ofRemote = await ask('symbolic-ref', '-q', '--short', `refs/remotes/${remote}/HEAD`);
  const current = await ask('symbolic-ref', '-q', '--short', 'HEAD');
  const known = await git.at({ workTree }).attempt(['ls-files', '--', join(root, '.env')], {}, signal);
  return {
    workTree,
    baseBranch: sha === null ? null : (baseBranch ?? ofRemote?.slice(remote.length + 1) ?? current),
    remote: urls && readRemote(urls.fetchUrl),
    checks: sha === null ? [] : await checksIn(git, { sha, path }),
    tracksEnv: known.stdout.trim() !== '',
  };
}

async function checksIn(
  git: Git,
  { sha, path }: { sha: string; path: string },
): Promise<Repository['checks']> {
  const found = await findInBase({ contents: git, path, timeout: 0 }, { branch: 'HEAD', sha });
  return found.map(({ name, run }) => ({ name, run }));
}

async function surveyOllama({ loaded: { config }, clock }: Place, signal: AbortSignal) {
  const { hosts } = config.ollama;
  try {
    return { hosts, problem: null, models: await listModels(config, clock, signal) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { hosts, problem: error.message, models: [] };
  }
}

async function platformOf(): Promise<Platform> {
  if (process.platform === 'darwin') return 'macos';
  if (process.platform === 'win32') return 'windows';
  const kernel = await readFile('/proc/version', 'utf8').catch(() => '');
  return /microsoft/i.test(kernel) ? 'wsl' : 'linux';
}
