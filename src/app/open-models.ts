import type { LoadedConfig } from '../config/load.ts';
import { keyOf, listProviders } from '../config/providers.ts';
import type { TokenUsage } from '../domain/chat.ts';
import type { Observe } from '../domain/event.ts';
import { openDaySpending } from '../journal/day-spending.ts';
import type { DaySpending } from '../journal/day-spending.ts';
import { createCloud } from '../models/cloud.ts';
import type { Cloud } from '../models/cloud.ts';
import { joinProviders, objectionTo, otherProviderOf } from '../models/join-providers.ts';
import type { Gate } from '../models/join-providers.ts';
import { limitDay, tellOfDay } from '../models/limit-day.ts';
import type { DayLimits } from '../models/limit-day.ts';
import type { OllamaProvider } from '../models/ollama.ts';
import type { Clock } from '../ports.ts';
import { costOf, priceOf } from './model-settings.ts';
import { openOllama } from './open-ollama.ts';

export type ModelConfig = Pick<LoadedConfig, 'config' | 'secrets'>;

/** The servers of our own, through which the models of every provider can be asked. */
export type Models = OllamaProvider & {
  /** Whether one of the configured models can be asked now without a server of our own. */
  answersElsewhere(): boolean;
  /** Whether this model is asked of another provider. */
  isElsewhere(id: string): boolean;
};

/** Every provider of the config. Connects to nothing yet; close it when done. */
export function openModels(loaded: ModelConfig, clock: Clock, observe?: Observe): Models {
  const gate = gateOf(loaded);
  const ollama = openOllama(loaded.config, clock, observe);
  const cloud = openCloud(loaded, clock, observe);
  const { defaultModel, availableModels } = loaded.config.ollama;
  return {
    ...ollama,
    ...joinProviders(ollama, cloud, gate),
    circuits: () => ({ ...ollama.circuits(), ...cloud.circuits() }),
    answersElsewhere: () =>
      [defaultModel ?? '', ...availableModels].some((id) => {
        const provider = otherProviderOf(id, gate);
        return provider !== null && objectionTo(id, gate) === null && cloud.answers(provider.name);
      }),
    isElsewhere: (id) => otherProviderOf(id, gate) !== null,
    warmUp: async (id, signal) => {
      if (otherProviderOf(id, gate) === null) await ollama.warmUp(id, signal);
    },
    async close() {
      await Promise.all([ollama.close(), cloud.close()]);
    },
  };
}

/** What is spent on a day, in the state directory; people are told when the config's budget for it gets short. */
export function openSpending(
  { config }: ModelConfig,
  { directory, clock, observe }: { directory: string; clock: Clock; observe: Observe },
): DaySpending {
  const spending = openDaySpending({ directory, now: () => clock.now() });
  const { perDay, alertAt } = config.budget;
  return tellOfDay(spending, { usd: perDay.usd ?? null, alertAt, clock, observe });
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
    providers: listProviders(config).map((provider) => ({
      name: provider.name,
      keyVariables: provider.keyVariables,
      hasKey: keyOf(provider, secrets) !== null,
    })),
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
