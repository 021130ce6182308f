import { hideLogins } from './config-error.ts';
import type { LoadedConfig } from './load.ts';
import { secretNames } from './secrets.ts';
import { leavesOf, pathText } from './tree.ts';
import type { Tree } from './tree.ts';

/**
 * The config in effect, with where each value came from. As text one key a line; as JSON one object with the keys
 * `root, file, config, origins, secrets, warnings, notices`. Of secrets it tells only whether they are set.
 */
export function printConfig(loaded: LoadedConfig, form: 'text' | 'json'): string {
  return hideLogins(form === 'json' ? asJson(loaded) : asText(loaded));
}

function asText(loaded: LoadedConfig): string {
  const values = leavesOf(loaded.config as Tree)
    .filter(({ value }) => value !== undefined)
    .map(({ path, value }) => {
      const key = pathText(path);
      return `${key} = ${JSON.stringify(value)}  # ${loaded.origins[key] ?? 'default'}`;
    });
  const secrets = Object.entries(secretStates(loaded)).map(([name, state]) => `${name} is ${state}`);
  return [`# root ${loaded.root}`, `# file ${loaded.file ?? 'none'}`, ...values, ...secrets, ''].join('\n');
}

function asJson({ root, file, config, origins, warnings, notices, ...loaded }: LoadedConfig): string {
  const secrets = secretStates({ ...loaded, config });
  return `${JSON.stringify({ root, file, config, origins, secrets, warnings, notices }, null, 2)}\n`;
}

function secretStates({
  secrets,
  config,
}: Pick<LoadedConfig, 'secrets' | 'config'>): Record<string, 'set' | 'unset'> {
  const wanted = Object.values(config.providers).flatMap(({ apiKeyEnv }) => apiKeyEnv ?? []);
  const names = [...new Set([...secretNames, ...wanted, ...Object.keys(secrets)])];
  return Object.fromEntries(names.map((name) => [name, secrets[name] === undefined ? 'unset' : 'set']));
}
