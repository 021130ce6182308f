import type { ModelFacts } from '../domain/chat.ts';
import type { CircuitState } from '../domain/circuit.ts';
import type { Observe } from '../domain/event.ts';
import { Failure } from '../domain/failure.ts';
import type { ChatModel, Clock } from '../ports.ts';
import { inOrder, noServers, onSomeServer } from './choose-server.ts';
import { openServer } from './model-server.ts';
import type { HostHealth, ModelServer } from './model-server.ts';
import { readAddress } from './ollama-address.ts';
import { openHost } from './ollama-host.ts';
import type { OllamaHost } from './ollama-host.ts';
import { ollamaName } from './ollama-name.ts';
import type { LoadedModel, PullProgress } from './ollama-shapes.ts';
import { askOf, callOn } from './resilient.ts';
import { openWire } from './wire.ts';
import type { Wire } from './wire.ts';

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
  /** Chats at the same time on one host; 1 when absent, "auto" for as many as it does well with. */
  parallel?: number | 'auto';
  connectTimeout?: number;
  questionTimeout?: number;
  /** When a server is left alone, and when it is trusted again. */
  circuit?: Partial<Circuit>;
};

/** Failures in a row that open it, successes that close it, trials at a time, milliseconds before the first of them. */
export type Circuit = {
  failureThreshold: number;
  successThreshold: number;
  halfOpenRequests: number;
  resetTimeout: number;
};

export interface OllamaProvider extends ChatModel {
  /** Every model of every host that answers; throws when none does. */
  list(signal: AbortSignal): Promise<ModelFacts[]>;
  /** Models as they were last seen, without asking. */
  known(): ModelFacts[];
  /** What tells a model's weights from others; null where servers disagree or do not say, and of other providers. */
  digest(model: string): string | null;
  /** Models in memory, of every host that answers; throws when none does. */
  loaded(signal: AbortSignal): Promise<LoadedModel[]>;
  /** Every host, in the order of the options, each asked unless its circuit is open. */
  health(signal: AbortSignal): Promise<HostHealth[]>;
  /** Whether calls go through, by host. */
  circuits(): Record<string, CircuitState>;
  /** Milliseconds until the first open circuit lets a trial through; null when none is open. */
  nextTrialMs(): number | null;
  /** Loads a model into memory, on every host that has it, with the window that its chats use. */
  warmUp(model: string, signal: AbortSignal): Promise<void>;
  /** Fetches a model onto the first host that lets calls through. */
  pull(model: string, onProgress: (progress: PullProgress) => void, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

const usualCircuit: Circuit = {
  failureThreshold: 3,
  successThreshold: 2,
  halfOpenRequests: 1,
  resetTimeout: 30_000,
};

/** `observe` is told of circuits that change and of models that come and go. */
export function createOllama(
  options: OllamaOptions,
  clock: Clock,
  observe: Observe = () => undefined,
): OllamaProvider {
  const wire = openWire(options.connectTimeout);
  const servers = openServers(options, wire, { clock, observe });

  const factsOn = (server: ModelServer, name: string, signal: AbortSignal): Promise<ModelFacts> =>
    server.shelf.facts(name, () => askOf(server, (host) => host.show(name, signal), signal));

  return {
    chat: async (request, signal) => {
      const name = nameOf(request.model);
      const chatOn = async (server: ModelServer) => {
        const facts = await factsOn(server, name, signal);
        const call = (host: OllamaHost, onFirstToken: () => void) =>
          host.chat(name, { ...request, onFirstToken }, facts, signal);
        return callOn(server, call, signal);
      };
      return await onSomeServer(servers, name, chatOn, signal);
    },
    facts: async (model, signal) => {
      const name = nameOf(model);
      return await onSomeServer(servers, name, (server) => factsOn(server, name, signal), signal);
    },
    warmUp: async (model, signal) => {
      const name = nameOf(model);
      const load = async (server: ModelServer): Promise<null[]> => {
        const facts = await factsOn(server, name, signal);
        await askOf(server, (host) => host.load(name, facts, signal), signal);
        return [null];
      };
      await fromAll(servers, load, signal);
    },
    list: async (signal) => {
      const tags = (server: ModelServer) => askOf(server, (host) => host.tags('question', signal), signal);
      return onePerId(await fromAll(servers, tags, signal));
    },
    known: () => onePerId(servers.flatMap((server) => server.shelf.list())),
    digest: (model) => commonDigest(servers, ollamaName(model)),
    loaded: (signal) =>
      fromAll(servers, (server) => askOf(server, (host) => host.loaded(signal), signal), signal),
    health: (signal) => Promise.all(servers.map((server) => server.examine(signal))),
    circuits: () => Object.fromEntries(servers.map(({ host, breaker }) => [host.url, breaker.view().state])),
    nextTrialMs() {
      const waits = servers.map(({ breaker }) => breaker.waitMs()).filter((wait) => wait > 0);
      return waits.length === 0 ? null : Math.min(...waits);
    },
    pull: async (model, onProgress, signal) => {
      const name = nameOf(model);
      const [first] = inOrder(servers, name).filter(({ breaker }) => !breaker.refuses());
      const server = first ?? servers[0];
      if (server === undefined) throw noServers();
      await askOf(server, (host) => host.pull(name, onProgress, signal), signal);
    },
    close: () => wire.close(),
  };
}

function openServers(
  options: OllamaOptions,
  wire: Wire,
  { clock, observe }: { clock: Clock; observe: Observe },
): ModelServer[] {
  const settings = {
    ...options,
    questionTimeout: options.questionTimeout ?? 30_000,
    windows: options.windows ?? {},
  };
  const { parallel = 1, circuit } = options;
  return options.hosts.map((address) => {
    const host = openHost({ address: readAddress(address), wire, clock }, settings);
    return openServer(host, { ...usualCircuit, ...circuit, parallel, clock, observe });
  });
}

function nameOf(model: string): string {
  const name = ollamaName(model);
  if (name !== null) return name;
  throw new Failure(
    'MODEL_NOT_FOUND',
    `"${model}" is no model of Ollama; expected \`ollama/NAME\` or \`NAME\`.`,
  );
}

function commonDigest(servers: readonly ModelServer[], name: string | null): string | null {
  if (name === null) return null;
  const digests = servers.flatMap(({ shelf }) => (shelf.has(name) === true ? [shelf.digest(name)] : []));
  const [digest = null, ...others] = new Set(digests);
  return others.length === 0 ? digest : null;
}

async function fromAll<T>(
  servers: readonly ModelServer[],
  ask: (server: ModelServer) => Promise<T[]>,
  signal: AbortSignal,
): Promise<T[]> {
  const answers = await Promise.all(
    servers.map((server) => ask(server).catch((error: unknown) => expected(error, signal))),
  );
  const found = answers.filter((answer): answer is T[] => !(answer instanceof Failure));
  if (found.length > 0) return found.flat();
  throw answers.find((answer) => answer instanceof Failure) ?? noServers();
}

/** A failure of the catalogue is one server's answer; the caller's abort and our own bugs are not. */
function expected(error: unknown, signal: AbortSignal): Failure {
  signal.throwIfAborted();
  if (error instanceof Failure) return error;
  throw error;
}

function onePerId(models: readonly ModelFacts[]): ModelFacts[] {
  return models.filter(({ id }, index) => models.findIndex((model) => model.id === id) === index);
}
