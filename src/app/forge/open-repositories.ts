import { relative, sep } from 'node:path';
import type { LoadedConfig } from '../../config/load.ts';
import { isWithin } from '../../config/paths.ts';
import type { Config } from '../../config/schema.ts';
import { Failure, toFailure } from '../../domain/failure.ts';
import { createGuard } from '../../guard/inspect-change.ts';
import type { Guard } from '../../ports.ts';
import { openMirror } from '../../workspace/open-mirror.ts';
import type { OpenedRepository } from '../../workspace/repository.ts';
import { openRepository } from '../../workspace/repository.ts';
import { treeContents } from '../../workspace/tree-contents.ts';
import { knownRepositories } from './known-repositories.ts';
import type { KnownRepository } from './known-repositories.ts';
import type { OpenedForge } from './open-forge.ts';
import { openForge } from './open-forge.ts';
import type { RoomOptions } from '../open-rooms.ts';
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

/** Opens them all, by name; nothing is fetched yet. Throws `NO_REPOSITORY` where a path holds none. */
export async function openRepositories(
  options: RoomOptions,
  warn: (message: string) => void,
): Promise<ReadonlyMap<string, OtherRepository>> {
  const opened = new Map<string, OtherRepository>();
  for (const known of knownRepositories(options)) {
    const { name } = known;
    if (name !== null)
      opened.set(name, await open(options, known, (message) => warn(`Repository ${name}: ${message}`)));
  }
  return opened;
}

async function open(
  options: RoomOptions,
  { name, loaded, paths, directory, url }: KnownRepository,
  warn: (message: string) => void,
): Promise<OtherRepository> {
  const place = { ...options, loaded, paths };
  if (url !== null) await openMirror(directory, url);
  const repository = await openRepository(directory, repositoryOptions(place)).catch((error: unknown) => {
    throw new Failure('NO_REPOSITORY', `\`repositories.${name}\`: ${toFailure(error).message}`);
  });
  return {
    config: loaded.config,
    worktrees: paths.worktrees,
    repository,
    forge: openForge(place, { repository, warn }),
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
