import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigError } from '../../src/config/config-error.ts';
import type { Fault } from '../../src/config/config-error.ts';
import type { Environment } from '../../src/config/environment.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { LoadedConfig } from '../../src/config/load.ts';

/** Writes files below a folder; what is no text is written as JSON. */
export function writeFiles(root: string, files: Record<string, unknown>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }
}

/** Loads `config.json` with this content, and an environment that has nothing else in it. */
export function loadWritten(root: string, config: unknown, env: Environment = {}): LoadedConfig {
  writeFiles(root, { 'config.json': config });
  return loadConfig({ cwd: root, env: { HOME: '/home/somebody', ...env } });
}

/** The error that the config causes. */
export function refusalOf(load: () => unknown): ConfigError {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('The config was accepted.');
}

export function faultsOf(load: () => unknown): readonly Fault[] {
  return refusalOf(load).faults;
}
