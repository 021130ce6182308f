import type { ModelFacts } from '../../domain/chat.ts';
import type { CircuitState } from '../../domain/circuit.ts';
import type { Observe } from '../../domain/event.ts';
import { Failure } from '../../domain/failure.ts';
import type { ChatModel, Clock } from '../../ports.ts';
import type { LoadedModel } from '../ollama-shapes.ts';
import { openGgufModel } from './gguf-model.ts';
import type { GgufModel, GgufSurroundings } from './gguf-model.ts';
import type { GgufSetting } from './keep-process.ts';
import { keepAliveMs } from './keep-alive.ts';

export type GgufOptions = Omit<GgufSurroundings, 'clock' | 'observe' | 'keepAlive'> & {
  models: readonly GgufSetting[];
  /** How long a model stays in memory after a chat, as `30m`. */
  keepAlive: string;
};

/** Models of GGUF files on this machine, each in a process of its own. */
export interface Gguf extends ChatModel {
  /** Whether there is none. */
  readonly isEmpty: boolean;
  /** Whether an id is of one of these providers. */
  owns(id: string): boolean;
  /** What can be read of each file; one that can't is left out. */
  list(): Promise<ModelFacts[]>;
  /** As they were last read. */
  known(): ModelFacts[];
  /** Those in memory. */
  loaded(): LoadedModel[];
  /** Whether a model could be asked now. */
  answers(id: string): boolean;
  /** Of the library that runs a model; throws where there is none. */
  version(id: string): string;
  /** Whether calls go through, by id. */
  circuits(): Record<string, CircuitState>;
  /** Loads a model. */
  warmUp(id: string, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Starts nothing yet: a model is loaded by its first chat. */
export function createGguf(options: GgufOptions, clock: Clock, observe: Observe = () => undefined): Gguf {
  const surroundings = { ...options, keepAlive: keepAliveMs(options.keepAlive), clock, observe };
  const models = new Map(options.models.map((setting) => [setting.id, openGgufModel(setting, surroundings)]));
  const all = [...models.values()];

  function find(id: string): GgufModel {
    const found = models.get(id);
    if (found !== undefined) return found;
    const known = all.map((model) => model.id).join(', ');
    throw new Failure('MODEL_NOT_FOUND', `"${id}" is no model of a GGUF file; the config has ${known}.`);
  }

  return {
    isEmpty: all.length === 0,
    owns: (id) => all.some((model) => providerOf(model.id) === providerOf(id)),
    chat: async (request, signal) => find(request.model).chat(request, signal),
    facts: async (id) => find(id).facts(),
    async list() {
      const facts = await Promise.all(all.map((model) => model.facts().catch(() => null)));
      return facts.filter((each) => each !== null);
    },
    known: () => all.map((model) => model.known()).filter((each) => each !== null),
    loaded: () => all.map((model) => model.loaded()).filter((each) => each !== null),
    answers: (id) => models.get(id)?.breaker.refuses() === false,
    version: (id) => find(id).version(),
    circuits: () => Object.fromEntries(all.map(({ id, breaker }) => [id, breaker.view().state])),
    warmUp: async (id, signal) => find(id).warmUp(signal),
    async close() {
      await Promise.all(all.map((model) => model.close()));
    },
  };
}

function providerOf(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf('/')));
}
