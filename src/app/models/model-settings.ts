import type { Config } from '../../config/schema.ts';
import type { TokenUsage } from '../../domain/chat.ts';
import { knownPrice } from '../../models/prices.ts';
import type { Price } from '../../models/prices.ts';
import type { ChatModel } from '../../ports.ts';

/** The settings of one model, under whichever of its names they were written. */
export function ownSettings({ models }: Config, id: string): Config['models'][string] | undefined {
  const bare = id.replace(/^ollama\//, '');
  return models[id] ?? models[bare] ?? models[`ollama/${bare}`];
}

/** US dollars for a million tokens, as the config says, else as is known; null where nobody knows. */
export function priceOf(config: Config, model: string): Price | null {
  const isFile = config.providers[model.split('/')[0] ?? '']?.files !== undefined;
  return ownSettings(config, model)?.price ?? (isFile ? free : knownPrice(model));
}

const free: Price = { input: 0, output: 0 };

/** US dollars for what one call used; a model without a price counts as costing nothing. */
export function costOf(config: Config, model: string, usage: TokenUsage): number {
  const { input, output } = priceOf(config, model) ?? { input: 0, output: 0 };
  return (usage.input * input + usage.output * output) / 1_000_000;
}

/** Each model at the temperature that is configured for it. */
export function withTemperature(model: ChatModel, config: Config): ChatModel {
  return {
    facts: (id, signal) => model.facts(id, signal),
    chat(request, signal) {
      const temperature = ownSettings(config, request.model)?.temperature;
      return model.chat(temperature === undefined ? request : { ...request, temperature }, signal);
    },
  };
}
