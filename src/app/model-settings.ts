import type { Config } from '../config/schema.ts';
import type { ChatModel } from '../ports.ts';

/** The settings of one model, under whichever of its names they were written. */
export function ownSettings({ models }: Config, id: string): Config['models'][string] | undefined {
  const bare = id.replace(/^ollama\//, '');
  return models[id] ?? models[bare] ?? models[`ollama/${bare}`];
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
