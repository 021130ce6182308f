import { join, relative, resolve, sep } from 'node:path';
import type { LoadedConfig } from '../config/load.ts';
import { expandHome, isWithin } from '../config/paths.ts';
import type { Paths } from '../config/paths.ts';
import type { Config } from '../config/schema.ts';
import { Failure, toFailure } from '../domain/failure.ts';
import { createGuard } from '../guard/inspect-change.ts';
import type { Guard } from '../ports.ts';
import { mirrorRemote, openMirror } from '../workspace/open-mirror.ts';
import type { OpenedRepository } from '../workspace/repository.ts';
import { openRepository } from '../workspace/repository.ts';
import { treeContents } from '../workspace/tree-contents.ts';
import type { OpenedForge } from './open-forge.ts';
import { openForge } from './open-forge.ts';
import type { RoomOptions } from './open-rooms.ts';
import { repositoryOptions } from './repository-options.ts';

/** A configured repository besides the root's own: its part of the house, opened as the root's own is. */
export type OtherRepository = {
  /** As it holds there. */
  config: Config;
  worktrees: string;
  repository: OpenedRepository;
  forge: OpenedForge;
  guard: Guard;
};

type Wanted = Config['repositories'][string];

/** Opens them all, by name; nothing is fetched yet. Throws `NO_REPOSITORY` where a path holds none. */
export async function openRepositories(
  options: RoomOptions,
  warn: (message: string) => void,
): Promise<ReadonlyMap<string, OtherRepository>> {
  const opened = new Map<string, OtherRepository>();
  for (const [name, wanted] of Object.entries(options.loaded.config.repositories))
    opened.set(name, await open(options, { name, wanted, warn }));
  return opened;
}

async function open(
  options: RoomOptions,
  { name, wanted, warn }: { name: string; wanted: Wanted; warn: (message: string) => void },
): Promise<OtherRepository> {
  const { paths, env } = options;
  const state = join(paths.state, 'repositories', name);
  const there: Paths = { ...paths, state, worktrees: `${paths.worktrees}-${name}` };
  const loaded: LoadedConfig = { ...options.loaded, config: configAt(options.loaded.config, wanted) };
  const place = { ...options, loaded, paths: there };
  const directory =
    wanted.url === undefined
      ? resolve(paths.root, expandHome(wanted.path ?? '', env))
      : await openMirror(join(state, 'mirror'), wanted.url);
  const repository = await openRepository(directory, repositoryOptions(place)).catch((error: unknown) => {
    throw new Failure('NO_REPOSITORY', `\`repositories.${name}\`: ${toFailure(error).message}`);
  });
  return {
    config: loaded.config,
    worktrees: there.worktrees,
    repository,
    forge: openForge(place, { repository, warn: (message) => warn(`Repository ${name}: ${message}`) }),
    guard: openGuard(loaded, repository),
  };
}

export function openGuard({ config, file, secrets }: LoadedConfig, repository: OpenedRepository): Guard {
  const { place, own } = repository;
  const protectedPaths = [...config.guard.protectedPaths, ...ownConfig(file, place.workTree)];
  const knownSecrets = Object.values(secrets);
  return createGuard({ ...config.guard, protectedPaths, knownSecrets, contents: treeContents(own) });
}

/** Its hooks and checks are commands that run on this machine: no change may name others. */
function ownConfig(file: string | null, workTree: string): string[] {
  if (file === null || !isWithin(workTree, file)) return [];
  return [`/${relative(workTree, file).split(sep).join('/')}`];
}

/** What belongs to one repository alone is never taken from another. */
export function configAt(config: Config, { url, baseBranch, checks, forge }: Wanted): Config {
  const own = Object.fromEntries(Object.entries(forge).filter(([, value]) => value !== undefined));
  const at: Config = {
    ...config,
    checks,
    git: { ...config.git, baseBranch, ...(url === undefined ? {} : { remote: mirrorRemote }) },
    forge: { ...config.forge, repository: undefined, ...own },
  };
  return at;
}
