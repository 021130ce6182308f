import { join, resolve } from 'node:path';
import type { Environment } from '../../config/environment.ts';
import type { LoadedConfig } from '../../config/load.ts';
import { expandHome } from '../../config/paths.ts';
import type { Paths } from '../../config/paths.ts';
import type { Config } from '../../config/schema.ts';
import { mirrorRemote } from '../../workspace/open-mirror.ts';

/** A repository that is worked on, as the config has it there, with a part of the house of its own. */
export type KnownRepository = {
  /** Null for the root's own. */
  name: string | null;
  loaded: LoadedConfig;
  paths: Paths;
  /** A checkout, or what becomes our mirror of `url`. */
  directory: string;
  /** Null where it is a checkout. */
  url: string | null;
};

type Place = { loaded: LoadedConfig; paths: Paths; env: Environment };

/** The root's own repository, then those besides it; nothing is opened. */
export function knownRepositories({ loaded, paths, env }: Place): KnownRepository[] {
  const others = Object.entries(loaded.config.repositories).map(([name, wanted]): KnownRepository => {
    const { path = '', url = null } = wanted;
    const state = join(paths.state, 'repositories', name);
    return {
      name,
      loaded: { ...loaded, config: configAt(loaded.config, wanted) },
      paths: { ...paths, state, worktrees: `${paths.worktrees}-${name}` },
      directory: url === null ? resolve(paths.root, expandHome(path, env)) : join(state, 'mirror'),
      url,
    };
  });
  return [{ name: null, loaded, paths, directory: paths.root, url: null }, ...others];
}

/** What belongs to one repository alone is never taken from another. */
function configAt(
  config: Config,
  { url, baseBranch, checks, forge }: Config['repositories'][string],
): Config {
  const own = Object.fromEntries(Object.entries(forge).filter(([, value]) => value !== undefined));
  const at: Config = {
    ...config,
    checks,
    git: { ...config.git, baseBranch, ...(url === undefined ? {} : { remote: mirrorRemote }) },
    forge: { ...config.forge, repository: undefined, ...own },
  };
  return at;
}
