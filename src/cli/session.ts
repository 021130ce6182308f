import type { Command } from 'commander';
import type { House } from '../app/house.ts';
import { loadConfig } from '../config/load.ts';
import type { LoadedConfig } from '../config/load.ts';
import { resolvePaths } from '../config/paths.ts';
import type { Paths } from '../config/paths.ts';
import type { GlobalOptions } from './global-options.ts';
import { openOutput } from './output.ts';
import type { Output } from './output.ts';
import type { Shell } from './shell.ts';

/** One command being carried out. */
export type Session = Shell & {
  output: Output;
  /** Reads the config and tells its warnings. Throws ConfigError. */
  load: () => Loaded;
  /** The program behind the command, with the config of this root. */
  house: (loaded?: Loaded) => Promise<House>;
};

export type Loaded = LoadedConfig & { paths: Paths };

/** What a command does; resolves with the exit code. `args` are what commander read: arguments, then options. */
export type Action<Args extends unknown[]> = (session: Session, ...args: Args) => Promise<number>;

/** Makes an action into what commander calls. */
export type Run = <Args extends unknown[]>(
  action: Action<Args>,
) => (this: Command, ...args: Args) => Promise<void>;

export function openSession(shell: Shell, options: GlobalOptions): Session {
  const output = openOutput(shell, options);
  const load = (): Loaded => {
    const { root, config: configFile } = options;
    const loaded = loadConfig({
      cwd: shell.cwd,
      env: shell.env,
      ...(root === undefined ? {} : { root }),
      ...(configFile === undefined ? {} : { configFile }),
    });
    for (const warning of loaded.warnings) output.warn(warning);
    return { ...loaded, paths: resolvePaths(loaded.config, loaded.root, shell.env) };
  };
  return {
    ...shell,
    output,
    load,
    house: async (loaded = load()) => shell.openHouse(loaded, shell.env),
  };
}
