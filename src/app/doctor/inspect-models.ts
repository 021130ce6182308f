import { listFiles, listProviders } from '../../config/providers.ts';
import type { FileSetting } from '../../config/providers.ts';
import { toFailure } from '../../domain/failure.ts';
import { ollamaName } from '../../models/ollama-name.ts';
import { isAbout, readProbes } from '../../models/probe-store.ts';
import type { Finding, Machine } from './inspect-machine.ts';
import { ownSettings } from '../models/model-settings.ts';
import { openModels } from '../models/open-models.ts';
import type { Models } from '../models/open-models.ts';
import { probesFile, refused } from '../models/probe-models.ts';
import type { ProbePlace } from '../models/probe-models.ts';

/** Whether the model servers answer, and have the models that are configured, fit for tickets and loaded as we want. */
export async function inspectModels(
  { config, secrets, paths, env, clock }: Pick<Machine, 'config' | 'secrets' | 'paths' | 'env' | 'clock'>,
  signal: AbortSignal,
): Promise<Finding[]> {
  const provider = openModels({ config, secrets, paths, env }, clock);
  try {
    const files = await inspectFiles(listFiles(config, paths.root, env), provider, signal);
    const hosts = [...(await inspectHosts(provider, signal)), ...files];
    if (!hosts.some(({ name, state }) => name === 'ollama' && state === 'ok') && !provider.answersElsewhere())
      return hosts;
    const place = { config, paths, clock, provider };
    return [...hosts, ...(await inspectConfigured(place, signal)), ...(await inspectLoaded(place, signal))];
  } finally {
    await provider.close();
  }
}

async function inspectHosts(provider: Models, signal: AbortSignal): Promise<Finding[]> {
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
      state: someAnswer || provider.answersElsewhere() ? 'warn' : 'fail',
      detail: error ?? `${url} does not answer`,
      advice,
    };
  });
}

/** Whether the files of models can be read, and what is to run them is there. */
async function inspectFiles(
  files: readonly FileSetting[],
  provider: Models,
  signal: AbortSignal,
): Promise<Finding[]> {
  const name = 'gguf';
  return Promise.all(
    files.map(async ({ id, file }): Promise<Finding> => {
      try {
        await provider.facts(id, signal);
        const [version] = await provider.versions(id, signal);
        const detail = `${id} (${file}) can be run by node-llama-cpp ${version ?? ''}`;
        return { name, state: 'ok', detail, advice: '' };
      } catch (error) {
        signal.throwIfAborted();
        const { message, hint } = toFailure(error);
        return { name, state: 'fail', detail: message, advice: hint };
      }
    }),
  );
}

async function inspectConfigured(place: ProbePlace, signal: AbortSignal): Promise<Finding[]> {
  const { ollama, codeReview } = place.config;
  const { defaultModel, availableModels } = ollama;
  if (defaultModel === undefined) {
    const advice = 'Set `ollama.defaultModel` in config.json, or name a model in every ticket.';
    return [{ name: 'model', state: 'warn', detail: 'no default model is set', advice }];
  }
  const reviewer = codeReview.enabled ? (codeReview.model ?? defaultModel) : defaultModel;
  const wanted = [...new Set([defaultModel, reviewer])];
  const others = availableModels.filter((model) => !wanted.includes(model));
  const findings = await Promise.all([
    ...wanted.map((model) => inspectModel(place, model, signal)),
    // One of the others is missed only when those before it fail.
    ...others.map(async (model) => asWarning(await inspectModel(place, model, signal))),
  ]);
  return findings;
}

function asWarning(finding: Finding): Finding {
  return finding.state === 'fail' ? { ...finding, state: 'warn' } : finding;
}

async function inspectModel(place: ProbePlace, model: string, signal: AbortSignal): Promise<Finding> {
  const name = 'model';
  try {
    const { id, contextLength, parameterSize } = await place.provider.facts(model, signal);
    const why = refused(place.config, place.paths, place.provider)[id];
    if (why !== undefined) {
      const advice = `Use another model, or run \`ticketmill models probe ${model} --again\`.`;
      return { name, state: 'fail', detail: `${model} gets no tickets: ${why}`, advice };
    }
    if (ollamaName(id, serversIn(place.config)) === null)
      return { name, state: 'ok', detail: `${model} may be asked of its provider`, advice: '' };
    const size = [parameterSize, contextLength === null ? undefined : `window ${contextLength}`];
    const facts = [...size.filter((part) => part !== undefined), probedWords(place, id)].join(', ');
    return { name, state: 'ok', detail: `${model} (${facts})`, advice: '' };
  } catch (error) {
    signal.throwIfAborted();
    const { code, message, hint } = toFailure(error);
    const pull = `Run \`ticketmill models pull ${ollamaName(model) ?? model}\`, or name another model.`;
    return { name, state: 'fail', detail: message, advice: code === 'MODEL_NOT_FOUND' ? pull : hint };
  }
}

function serversIn(config: Machine['config']): string[] {
  return listProviders(config).map(({ name }) => name);
}

function probedWords({ paths, provider }: ProbePlace, id: string): string {
  const listed = provider.known().find((model) => model.id === id) ?? { id };
  const probe = readProbes(probesFile(paths)).find((each) => isAbout(each, listed));
  return probe === undefined
    ? 'not probed: `ticketmill models probe`'
    : `probed ${probe.probedAt.slice(0, 10)}`;
}

/** A model that somebody else loaded with another window is loaded again at its next ticket. */
async function inspectLoaded({ config, provider }: ProbePlace, signal: AbortSignal): Promise<Finding[]> {
  const loaded = await provider.loaded(signal).catch(() => []);
  return loaded.map(({ id, host, contextLength, sizeBytes, vramBytes }): Finding => {
    const wanted = ownSettings(config, id)?.contextLength ?? config.ollama.contextLength;
    const part = sizeBytes === 0 ? 100 : Math.round((100 * vramBytes) / sizeBytes);
    const detail = `${id} is loaded at ${host}, ${part} % in video memory, window ${contextLength ?? 'unknown'}`;
    const advice =
      contextLength === null || contextLength >= wanted
        ? ''
        : `\`ollama.contextLength\` asks for ${wanted} tokens: it is loaded again at its next ticket, or allows no more.`;
    return { name: 'loaded', state: 'ok', detail, advice };
  });
}
