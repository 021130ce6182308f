import type { Environment } from '../../config/environment.ts';
import { modelEnvironment } from '../../config/model-environment.ts';
import type { Paths } from '../../config/paths.ts';
import { listFiles } from '../../config/providers.ts';
import type { Config } from '../../config/schema.ts';
import type { Observe } from '../../domain/event.ts';
import { createGguf } from '../../models/gguf/gguf.ts';
import type { Gguf } from '../../models/gguf/gguf.ts';
import type { Clock } from '../../ports.ts';
import { ownSettings } from './model-settings.ts';

/** Where the files of models are looked for, and what their processes find in their environment. */
export type FilePlace = { config: Config; paths: Pick<Paths, 'root'>; env: Environment };

/** The GGUF files of the config. Starts nothing yet; close it when done. */
export function openGguf({ config, paths, env }: FilePlace, clock: Clock, observe?: Observe): Gguf {
  const { timeout, firstTokenTimeout, stallTimeout, keepAlive, contextLength, healthCheck } = config.ollama;
  const models = listFiles(config, paths.root, env).map((setting) => ({
    ...setting,
    contextLength: ownSettings(config, setting.id)?.contextLength ?? contextLength,
  }));
  const options = {
    models,
    limits: { timeout, firstTokenTimeout, stallTimeout },
    circuit: healthCheck,
    keepAlive,
    env: modelEnvironment(env),
  };
  return createGguf(options, clock, observe);
}
