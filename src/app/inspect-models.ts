import type { Config } from '../config/schema.ts';
import { toFailure } from '../domain/failure.ts';
import { ollamaName } from '../models/ollama-name.ts';
import type { OllamaProvider } from '../models/ollama.ts';
import type { Clock } from '../ports.ts';
import type { Finding } from './inspect-machine.ts';
import { openOllama } from './open-ollama.ts';

/** Whether the model servers answer, and have the models that are configured. */
export async function inspectModels(config: Config, clock: Clock, signal: AbortSignal): Promise<Finding[]> {
  const provider = openOllama(config, clock);
  try {
    const hosts = await inspectHosts(provider, signal);
    const someAnswer = hosts.some(({ state }) => state === 'ok');
    return someAnswer ? [...hosts, ...(await inspectConfigured(provider, config, signal))] : hosts;
  } finally {
    await provider.close();
  }
}

async function inspectHosts(provider: OllamaProvider, signal: AbortSignal): Promise<Finding[]> {
  const hosts = await provider.health(signal);
  const someAnswer = hosts.some(({ healthy }) => healthy);
  return hosts.map(({ url, healthy, version, latencyMs, error }) => {
    if (healthy)
      return {
        name: 'ollama',
        state: 'ok',
        detail: `${url} answers (${version ?? 'no version'}, ${latencyMs} ms)`,
        advice: '',
      };
    const advice = 'Start it (`ollama serve`), or correct `ollama.hosts` in config.json.';
    return {
      name: 'ollama',
      state: someAnswer ? 'warn' : 'fail',
      detail: error ?? `${url} does not answer`,
      advice,
    };
  });
}

async function inspectConfigured(
  provider: OllamaProvider,
  config: Config,
  signal: AbortSignal,
): Promise<Finding[]> {
  const { defaultModel } = config.ollama;
  if (defaultModel === undefined) {
    const advice = 'Set `ollama.defaultModel` in config.json, or name a model in every ticket.';
    return [{ name: 'model', state: 'warn', detail: 'no default model is set', advice }];
  }
  const reviewer = config.codeReview.enabled ? (config.codeReview.model ?? defaultModel) : defaultModel;
  const wanted = [...new Set([defaultModel, reviewer])];
  return Promise.all(wanted.map((model) => inspectModel(provider, model, signal)));
}

async function inspectModel(provider: OllamaProvider, model: string, signal: AbortSignal): Promise<Finding> {
  const name = 'model';
  try {
    const { contextLength, parameterSize } = await provider.facts(model, signal);
    const size = [parameterSize, contextLength === null ? undefined : `window ${contextLength}`];
    const facts = size.filter((part) => part !== undefined).join(', ');
    return { name, state: 'ok', detail: facts === '' ? model : `${model} (${facts})`, advice: '' };
  } catch (error) {
    signal.throwIfAborted();
    const { code, message, hint } = toFailure(error);
    const pull = `Run \`ollama pull ${ollamaName(model) ?? model}\`, or name another model.`;
    return { name, state: 'fail', detail: message, advice: code === 'MODEL_NOT_FOUND' ? pull : hint };
  }
}
