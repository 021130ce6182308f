import type { ChatReply, ChatRequest, ModelFacts } from '../../domain/chat.ts';
import type { Observe } from '../../domain/event.ts';
import { Failure } from '../../domain/failure.ts';
import { openBreaker } from '../breaker.ts';
import type { Breaker, BreakerOptions } from '../breaker.ts';
import { rememberFitness } from '../fitness.ts';
import type { LoadedModel } from '../ollama-shapes.ts';
import { openSlots } from '../slots.ts';
import { findLibrary } from './find-library.ts';
import { keepProcess } from './keep-process.ts';
import type { GgufSetting } from './keep-process.ts';
import type { Question } from './messages.ts';
import type { GgufHeader } from './read-header.ts';
import { usingProcess } from './use-process.ts';
import type { UseOptions } from './use-process.ts';

export type GgufSurroundings = UseOptions & {
  observe: Observe;
  circuit: Pick<
    BreakerOptions,
    'failureThreshold' | 'successThreshold' | 'halfOpenRequests' | 'resetTimeout'
  >;
  /** The whole environment of the process. */
  env: Readonly<Record<string, string>>;
};

/** A model in a process of its own. */
export type GgufModel = {
  readonly id: string;
  readonly breaker: Breaker;
  chat(request: ChatRequest, signal: AbortSignal): Promise<ChatReply>;
  /** Loads it, with the same policies as a chat. */
  warmUp(signal: AbortSignal): Promise<void>;
  facts(): Promise<ModelFacts>;
  /** As they were last read; null before. */
  known(): ModelFacts | null;
  /** Null while it is not in memory. */
  loaded(): LoadedModel | null;
  /** Of the library; throws where there is none. */
  version(): string;
  close(): Promise<void>;
};

export function openGgufModel(setting: GgufSetting, surroundings: GgufSurroundings): GgufModel {
  const { id, file, parallel } = setting;
  const { clock, observe, circuit } = surroundings;
  const onChange: BreakerOptions['onChange'] = (change) =>
    observe({ type: 'circuit:changed', target: id, ...change });
  const breaker = openBreaker({ ...circuit, target: id, clock, onChange });
  const slots = openSlots(parallel, clock);
  const fitness = rememberFitness(clock);
  const kept = keepProcess(setting, surroundings);
  const use = usingProcess(kept, setting, surroundings);

  async function guarded<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const doubt = fitness.doubt(id);
    if (doubt !== null) throw doubt;
    try {
      return await breaker.run(() => slots.run(call, signal), signal);
    } catch (error) {
      if (error instanceof Failure && error.code === 'MODEL_OUT_OF_MEMORY') fitness.mark(id, error);
      throw error;
    }
  }

  return {
    id,
    breaker,
    chat(request, signal) {
      const { onText = () => undefined } = request;
      const question = questionOf(request);
      const call = () =>
        use((process, onToken, now) => process.chat(question, { onToken, onText }, now), signal);
      return guarded(call, signal);
    },
    warmUp: (signal) => guarded(() => use(() => Promise.resolve(), signal), signal),
    facts: async () => factsOf(id, await kept.read()),
    known() {
      const header = kept.known();
      return header === null ? null : factsOf(id, header);
    },
    loaded() {
      const loaded = kept.current()?.loaded() ?? null;
      return loaded === null ? null : { id, host: file, ...loaded, expiresAt: null };
    },
    version: () => findLibrary(setting.library).version,
    close: () => kept.kill(),
  };
}

function questionOf({ messages, tools, format, temperature, maxOutputTokens }: ChatRequest): Question {
  return {
    messages,
    ...(tools === undefined ? {} : { tools }),
    ...(format === undefined ? {} : { format }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
  };
}

function factsOf(
  id: string,
  { contextLength, sizeLabel, sizeBytes, knowsTools, digest }: GgufHeader,
): ModelFacts {
  return {
    id,
    capabilities: ['completion', ...(knowsTools ? ['tools'] : [])],
    contextLength,
    sizeBytes,
    digest,
    ...(sizeLabel === null ? {} : { parameterSize: sizeLabel }),
  };
}
