import type { ModelFacts } from '../domain/chat.ts';
import { Failure } from '../domain/failure.ts';
import type { ChatModel, Clock } from '../ports.ts';
import { readAddress } from './ollama-address.ts';
import { openWire } from './ollama-fetch.ts';
import { openHost } from './ollama-host.ts';
import type { OllamaHost } from './ollama-host.ts';
import { ollamaName } from './ollama-name.ts';
import type { LoadedModel } from './ollama-shapes.ts';

/** Durations in milliseconds; `contextLength` in tokens, sent as `num_ctx` unless the model allows less. */
export type OllamaOptions = {
  hosts: readonly string[];
  contextLength: number;
  /** How long the server keeps a model in memory, in its own words: `30m`. */
  keepAlive: string;
  /** Of a whole chat. */
  timeout: number;
  /** Until the first token of a chat, or until a model is loaded. */
  firstTokenTimeout: number;
  /** Between two tokens. */
  stallTimeout: number;
  healthTimeout: number;
  /** Windows of single models, by Ollama's name, in place of `contextLength`. */
  windows?: Readonly<Record<string, number>>;
  /** Chats at the same time on one host; 1 when absent. */
  parallel?: number;
  connectTimeout?: number;
  questionTimeout?: number;
};

export interface OllamaProvider extends ChatModel {
  /** Every model of every host that answers; throws when none does. */
  list(signal: AbortSignal): Promise<ModelFacts[]>;
  /** Models in memory, of every host that answers; throws when none does. */
  loaded(signal: AbortSignal): Promise<LoadedModel[]>;
  /** Every host, in the order of the options. An unhealthy host is an answer, not an error. */
  health(signal: AbortSignal): Promise<HostHealth[]>;
  /** Loads a model into memory with the window that its chats use. */
  warmUp(model: string, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export type HostHealth = {
  url: string;
  healthy: boolean;
  version: string | null;
  latencyMs: number;
  error?: string;
};

/** A model may be pulled again under the same name, so what is known of it grows old. */
const factsLast = 60_000;

export function createOllama(options: OllamaOptions, clock: Clock): OllamaProvider {
  const wire = openWire(options.connectTimeout ?? 10_000);
  const settings = {
    ...options,
    questionTimeout: options.questionTimeout ?? 30_000,
    parallel: options.parallel ?? 1,
    windows: options.windows ?? {},
  };
  const hosts = options.hosts.map((host) => openHost({ address: readAddress(host), wire, clock }, settings));
  const known = rememberFacts(clock);

  async function onHostOf<T>(
    model: string,
    signal: AbortSignal,
    act: (host: OllamaHost, name: string, facts: ModelFacts) => Promise<T>,
  ): Promise<T> {
    const name = nameOf(model);
    const { host, facts } = await firstHost(
      hosts,
      (candidate) => known.facts(candidate, name, signal),
      signal,
    );
    try {
      return await act(host, name, facts);
    } catch (error) {
      known.forget(host, name);
      throw error;
    }
  }

  return {
    chat: (request, signal) =>
      onHostOf(request.model, signal, (host, name, facts) => host.chat(name, request, facts, signal)),
    facts: (model, signal) => onHostOf(model, signal, (_host, _name, facts) => Promise.resolve(facts)),
    warmUp: (model, signal) => onHostOf(model, signal, (host, name, facts) => host.load(name, facts, signal)),
    list: async (signal) => onePerId(await fromAll(hosts, (host) => host.tags(signal), signal)),
    loaded: (signal) => fromAll(hosts, (host) => host.loaded(signal), signal),
    health: (signal) => Promise.all(hosts.map((host) => examine(host, clock, signal))),
    close: () => wire.close(),
  };
}

function nameOf(model: string): string {
  const name = ollamaName(model);
  if (name !== null) return name;
  throw new Failure(
    'MODEL_NOT_FOUND',
    `"${model}" is no model of Ollama; expected \`ollama/NAME\` or \`NAME\`.`,
  );
}

function rememberFacts(clock: Clock) {
  const kept = new Map<string, { facts: ModelFacts; at: number }>();
  const key = (host: OllamaHost, name: string) => `${host.url} ${name}`;
  return {
    async facts(host: OllamaHost, name: string, signal: AbortSignal): Promise<ModelFacts> {
      const old = kept.get(key(host, name));
      if (old !== undefined && clock.monotonic() - old.at < factsLast) return old.facts;
      const facts = await host.show(name, signal);
      kept.set(key(host, name), { facts, at: clock.monotonic() });
      return facts;
    },
    forget: (host: OllamaHost, name: string) => kept.delete(key(host, name)),
  };
}

/**
 * The first host that has the model. When none has, a host that could not be asked is the answer: the model may be
 * there, and a ticket that waits for it is better than one that fails.
 */
async function firstHost(
  hosts: OllamaHost[],
  ask: (host: OllamaHost) => Promise<ModelFacts>,
  signal: AbortSignal,
): Promise<{ host: OllamaHost; facts: ModelFacts }> {
  const failures: Failure[] = [];
  for (const host of hosts) {
    try {
      return { host, facts: await ask(host) };
    } catch (error) {
      failures.push(expected(error, signal));
    }
  }
  throw failures.find((failure) => failure.code !== 'MODEL_NOT_FOUND') ?? failures[0] ?? noHosts();
}

async function fromAll<T>(
  hosts: OllamaHost[],
  ask: (host: OllamaHost) => Promise<T[]>,
  signal: AbortSignal,
): Promise<T[]> {
  const answers = await Promise.all(
    hosts.map((host) => ask(host).catch((error: unknown) => expected(error, signal))),
  );
  const found = answers.filter((answer): answer is T[] => !(answer instanceof Failure));
  if (found.length > 0) return found.flat();
  throw answers.find((answer) => answer instanceof Failure) ?? noHosts();
}

/** A failure of the catalogue is one host's answer; the caller's abort and our own bugs are not. */
function expected(error: unknown, signal: AbortSignal): Failure {
  signal.throwIfAborted();
  if (error instanceof Failure) return error;
  throw error;
}

async function examine(host: OllamaHost, clock: Clock, signal: AbortSignal): Promise<HostHealth> {
  const start = clock.monotonic();
  const latencyMs = () => Math.round(clock.monotonic() - start);
  try {
    const version = await host.version(signal);
    return { url: host.url, healthy: true, version, latencyMs: latencyMs() };
  } catch (error) {
    const { message } = expected(error, signal);
    return { url: host.url, healthy: false, version: null, latencyMs: latencyMs(), error: message };
  }
}

function onePerId(models: ModelFacts[]): ModelFacts[] {
  return models.filter(({ id }, index) => models.findIndex((model) => model.id === id) === index);
}

function noHosts(): Failure {
  return new Failure('MODEL_UNREACHABLE', '`ollama.hosts` is empty; expected at least one address.');
}
