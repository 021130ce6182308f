import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ConfigError } from './config-error.ts';
import { translateEarlierNames } from './earlier-names.ts';
import { readEnvironmentLayer, readOllamaHostLayer } from './environment-layer.ts';
import type { Environment } from './environment.ts';
import { setAsideInert } from './inert-keys.ts';
import { findOrigin } from './layer.ts';
import type { Layer } from './layer.ts';
import { listProviders } from './providers.ts';
import { readFileLayers } from './read-file-layers.ts';
import { checkRules } from './rules.ts';
import type { Config } from './schema.ts';
import { readSecrets } from './secrets.ts';
import type { Secrets } from './secrets.ts';
import { hasPath, leavesOf, mergeTrees, pathText, withoutPath } from './tree.ts';
import { validate } from './validate.ts';

export type LoadOptions = {
  /** `--root`, relative to `cwd`. */
  root?: string;
  /** `--config`, relative to `cwd`; without a root its folder is the root. */
  configFile?: string;
  cwd: string;
  env: Environment;
};

export type LoadedConfig = {
  /** Complete and deeply frozen. */
  config: Config;
  /** Absolute. */
  root: string;
  /** The config file; null when there is none. */
  file: string | null;
  /** Where each value that is no default was given, by path: `ollama.timeout` -> `config.json:4:16`. */
  origins: Readonly<Record<string, string>>;
  /** What is probably a mistake. */
  warnings: readonly string[];
  /** What is in order but has no effect. */
  notices: readonly string[];
  secrets: Secrets;
};

/**
 * The config from its layers: defaults < OLLAMA_HOST < config.json < config.<NODE_ENV>.json < environment.
 * Throws ConfigError with all faults at once.
 */
export function loadConfig({ root: wantedRoot, configFile, cwd, env }: LoadOptions): LoadedConfig {
  const { root, file } = locate(wantedRoot, configFile, cwd);
  const files = readFileLayers(file, env['NODE_ENV'], configFile !== undefined);
  const variables = readEnvironmentLayer(env, mergeTrees(files.layers.map(({ values }) => values)));
  const written = [readOllamaHostLayer(env), ...files.layers, variables.layer];
  const earlier = translateEarlierNames(written);
  const { layers } = earlier;
  const { tree, notices } = setAsideInert(
    mergeTrees(layers.map(({ values }) => withoutPath(values, ['$schema']))),
  );

  const context = { layers };
  const { config, faults, warnings: unknown } = validate(tree, context);
  const keys = listProviders(config).flatMap(({ keyVariables }) => keyVariables);
  const secrets = readSecrets(root, env, keys);
  const rules = checkRules(config, { root, env, secrets: secrets.secrets }, context);
  const warnings = [files, variables, earlier, { warnings: unknown }, rules, secrets].flatMap(
    (part) => part.warnings,
  );
  const allFaults = [...faults, ...rules.faults];
  if (allFaults.length > 0) throw new ConfigError(allFaults, warnings);
  return {
    config: deepFreeze(config),
    root,
    file: files.file,
    origins: originsOf(config, layers),
    warnings,
    notices,
    secrets: Object.freeze(secrets.secrets),
  };
}

function locate(
  root: string | undefined,
  configFile: string | undefined,
  cwd: string,
): { root: string; file: string } {
  const asked = configFile === undefined ? undefined : resolve(cwd, configFile);
  const folder = resolve(cwd, root ?? (asked === undefined ? '.' : dirname(asked)));
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    return { root: folder, file: asked ?? join(folder, 'config.json') };
  }
  const advice = 'create it, or name another with --root';
  throw new ConfigError([
    { path: 'root', place: null, found: folder, expected: 'a folder that exists', advice },
  ]);
}

function originsOf(config: Config, layers: readonly Layer[]): Record<string, string> {
  const origins: Record<string, string> = {};
  for (const { path } of leavesOf(config)) {
    const origin = layers.some(({ values }) => hasPath(values, path)) ? findOrigin(layers, path) : null;
    if (origin) origins[pathText(path)] = origin.place;
  }
  return Object.freeze(origins);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const below of Object.values(value)) deepFreeze(below);
    Object.freeze(value);
  }
  return value;
}
