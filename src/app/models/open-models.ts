import type { LoadedConfig } from '../../config/load.ts';
import type { Paths } from '../../config/paths.ts';
import { keyOf, listProviders, providerNames } from '../../config/providers.ts';
import type { TokenUsage } from '../../domain/chat.ts';
import type { Observe } from '../../domain/event.ts';
import { openDaySpending } from '../../journal/day-spending.ts';
import type { DaySpending } from '../../journal/day-spending.ts';
import { createCloud } from '../../models/cloud.ts';
import type { Cloud } from '../../models/cloud.ts';
import type { Gguf } from '../../models/gguf/gguf.ts';
import { joinProviders, objectionTo, otherProviderOf } from '../../models/join-providers.ts';
import type { Gate } from '../../models/join-providers.ts';
import { limitDay, tellOfDay } from '../../models/limit-day.ts';
import type { DayLimits } from '../../models/limit-day.ts';
import type { OllamaProvider } from '../../models/ollama.ts';
import type { ChatModel, Clock } from '../../ports.ts';
import { costOf, priceOf } from './model-settings.ts';
import { openGguf } from './open-gguf.ts';
import type { FilePlace } from './open-gguf.ts';
import { openOllama } from './open-ollama.ts';

export type ModelConfig = Pick<LoadedConfig, 'config' | 'secrets'>;

export type ModelPlace = ModelConfig & FilePlace;

/** The servers of our own, through which the models of every provider can be asked. */
export type Models = OllamaProvider & {
  /** Whether one of the configured models can be asked now without a server of our own. */
  answersElsewhere(): boolean;
  /** Whether this model is asked of another provider. */
  isElsewhere(id: string): boolean;
  /** Versions of what runs this model: of each server, or of the library; null where none is told. */
  versions(id: string, signal: AbortSignal): Promise<(string | null)[]>;
};

/**
 * The models, which cost no more on one day than the config's budget, and what is spent of it, which is kept in the state
 * directory. People are told when it gets short.
 */
export function openBudgetedModels(
  place: ModelPlace & { paths: Pick<Paths, 'state'> },
  clock: Clock,
  observe: Observe,
): { models: Models; spending: DaySpending } {
  const { perDay, alertAt } = place.config.budget;
  const usd = perDay.usd ?? null;
  const kept = openDaySpending({ directory: place.paths.state, now: () => clock.now() });
  const spending = tellOfDay(kept, { usd, alertAt, clock, observe });
  const models = keepDayBudget(openModels(place, clock, observe), place, { usd, spending, clock });
  return { models, spending };
}

/** Every provider of the config. Connects to nothing and starts nothing yet; close it when done. */
export function openModels(place: ModelPlace, clock: Clock, observe?: Observe): Models {
  const gate = gateOf(place);
  const ollama = openOllama(place.config, clock, observe);
  const cloud = openCloud(place, clock, observe);
  const gguf = openGguf(place, clock, observe);
  const elsewhere = (id: string): ChatModel => (gguf.owns(id) ? gguf : cloud);
  const { defaultModel, availableModels } = place.config.ollama;
  return {
    ...ollama,
    ...joinProviders(ollama, elsewhere, gate),
    ...withFiles(ollama, gguf),
    circuits: () => ({ ...ollama.circuits(), ...cloud.circuits(), ...gguf.circuits() }),
    answersElsewhere: () =>
      [defaultModel ?? '', ...availableModels].some((id) => {
        const provider = otherProviderOf(id, gate);
        if (provider === null || objectionTo(id, gate) !== null) return false;
        return gguf.owns(id) ? gguf.answers(id) : cloud.answers(provider.name);
      }),
    isElsewhere: (id) => otherProviderOf(id, gate) !== null,
    versions: async (id, signal) => {
      if (gguf.owns(id)) return [gguf.version(id)];
      if (otherProviderOf(id, gate) !== null) return [null];
      return (await ollama.health(signal)).map(({ version }) => version);
    },
    warmUp: async (id, signal) => {
      if (gguf.owns(id)) await gguf.warmUp(id, signal);
      else if (otherProviderOf(id, gate) === null) await ollama.warmUp(id, signal);
    },
    async close() {
      await Promise.all([ollama.close(), cloud.close(), gguf.close()]);
    },
  };
}

/** What can be told of models of our own machines, those of files behind those of servers. */
function withFiles(
  ollama: OllamaProvider,
  gguf: Gguf,
): Pick<OllamaProvider, 'list' | 'known' | 'loaded' | 'digest'> {
  /** That no server answers is no news where there are files. */
  const unless = async <T>(listed: Promise<T[]>, files: readonly T[], signal: AbortSignal): Promise<T[]> => {
    const served = await listed.catch((error: unknown) => {
      signal.throwIfAborted();
      if (gguf.isEmpty) throw error;
      return [];
    });
    return [...served, ...files];
  };
  return {
    async list(signal) {
      const files = await gguf.list();
      return unless(ollama.list(signal), files, signal);
    },
    known: () => [...ollama.known(), ...gguf.known()],
    loaded: (signal) => unless(ollama.loaded(signal), gguf.loaded(), signal),
    digest: (id) =>
      gguf.owns(id) ? (gguf.known().find((each) => each.id === id)?.digest ?? null) : ollama.digest(id),
  };
}

/** The same models, which cost no more on one day than `usd`. */
export function keepDayBudget(
  models: Models,
  { config }: ModelConfig,
  budget: Omit<DayLimits, 'costOf'>,
): Models {
  const costs = (id: string, usage: TokenUsage): number | null =>
    priceOf(config, id) === null ? null : costOf(config, id, usage);
  return { ...models, ...limitDay(models, { ...budget, costOf: costs }) };
}

/** Which of the other providers may be used. */
function gateOf({ config, secrets }: ModelConfig): Gate {
  return {
    providers: providerNames(config).map((name) => {
      const server = listProviders(config).find((each) => each.name === name);
      return {
        name,
        keyVariables: server?.keyVariables ?? [],
        hasKey: server !== undefined && keyOf(server, secrets) !== null,
      };
    }),
    allowPaid: config.routing.allowPaid,
  };
}

function openCloud({ config, secrets }: ModelConfig, clock: Clock, observe?: Observe): Cloud {
  const { timeout, firstTokenTimeout, stallTimeout, healthCheck } = config.ollama;
  const providers = listProviders(config).flatMap((provider) => {
    const { name, kind, url, keyVariables } = provider;
    const key = keyOf(provider, secrets);
    return key === null && keyVariables.length > 0 ? [] : [{ name, kind, url, key }];
  });
  const windows = Object.entries(config.models).flatMap(([id, { contextLength }]) =>
    contextLength === undefined ? [] : [[id, contextLength] as const],
  );
  const options = {
    providers,
    limits: { timeout, firstTokenTimeout, stallTimeout },
    circuit: healthCheck,
    windows: Object.fromEntries(windows),
  };
  return createCloud(options, clock, observe);
}
