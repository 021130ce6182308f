import { Ollama } from 'ollama';
import type { ChatReply, ChatRequest, ModelFacts } from '../domain/chat.ts';
import { Failure } from '../domain/failure.ts';
import type { Clock } from '../ports.ts';
import { setDeadlines } from './deadlines.ts';
import type { Deadlines } from './deadlines.ts';
import type { OllamaAddress } from './ollama-address.ts';
import { source } from './ollama-errors.ts';
import type { Asked } from './ollama-errors.ts';
import type { Exchange, Wire } from './ollama-fetch.ts';
import { gatherReply } from './ollama-reply.ts';
import { chatBody, loadBody } from './ollama-request.ts';
import type { LoadSettings } from './ollama-request.ts';
import { readLoaded, readShow, readTags, readVersion } from './ollama-shapes.ts';
import type { LoadedModel } from './ollama-shapes.ts';
import { openSlots } from './slots.ts';

/** Limits in milliseconds. */
export type HostSettings = {
  contextLength: number;
  /** Windows of single models, by Ollama's name, in place of `contextLength`. */
  windows: Readonly<Record<string, number>>;
  keepAlive: string;
  timeout: number;
  firstTokenTimeout: number;
  stallTimeout: number;
  /** Of a question that needs no model in memory. */
  questionTimeout: number;
  healthTimeout: number;
  /** Chats at the same time. */
  parallel: number;
};

/** One Ollama server. Every call throws failures of the catalogue, or the reason of the caller's signal. */
export type OllamaHost = {
  readonly url: string;
  chat(name: string, request: ChatRequest, facts: ModelFacts, signal: AbortSignal): Promise<ChatReply>;
  load(name: string, facts: ModelFacts, signal: AbortSignal): Promise<void>;
  show(name: string, signal: AbortSignal): Promise<ModelFacts>;
  tags(signal: AbortSignal): Promise<ModelFacts[]>;
  loaded(signal: AbortSignal): Promise<LoadedModel[]>;
  version(signal: AbortSignal): Promise<string>;
};

type Surroundings = { address: OllamaAddress; wire: Wire; clock: Clock };

export function openHost(surroundings: Surroundings, settings: HostSettings): OllamaHost {
  const { url } = surroundings.address;
  const server: Asked = { url, model: null };
  const question = settings.questionTimeout;
  const inSlot = openSlots(settings.parallel);
  const loading = (name: string): LoadSettings => ({
    contextLength: settings.windows[name] ?? settings.contextLength,
    keepAlive: settings.keepAlive,
  });
  return {
    url,
    chat: (name, request, facts, signal) => {
      const asked = { url, model: name };
      // Its time begins when it has its slot: waiting for others is not the model's slowness.
      return inSlot(signal, () =>
        exchange(surroundings, asked, signal, async (open, deadlines) => {
          const client = open(watchTokens(deadlines, asked, settings));
          const lines = await client.chat(chatBody(name, request, facts, loading(name)));
          return await gatherReply(lines, asked, request.onText ?? (() => undefined));
        }),
      );
    },
    load: (name, facts, signal) => {
      const asked = { url, model: name };
      const limit = settings.firstTokenTimeout;
      return ask(surroundings, asked, { signal, limit }, async (client) => {
        await client.generate(loadBody(name, facts, loading(name)));
      });
    },
    show: (name, signal) => {
      const asked = { url, model: name };
      return ask(surroundings, asked, { signal, limit: question }, async (client) =>
        readShow(name, await client.show({ model: name }), asked),
      );
    },
    tags: (signal) =>
      ask(surroundings, server, { signal, limit: question }, async (client) =>
        readTags(await client.list(), server),
      ),
    loaded: (signal) =>
      ask(surroundings, server, { signal, limit: question }, async (client) =>
        readLoaded(await client.ps(), server),
      ),
    version: (signal) =>
      ask(surroundings, server, { signal, limit: settings.healthTimeout }, async (client) =>
        readVersion(await client.version(), server),
      ),
  };
}

/** A question with one short answer. */
function ask<T>(
  surroundings: Surroundings,
  asked: Asked,
  { signal, limit }: { signal: AbortSignal; limit: number },
  call: (client: Ollama) => Promise<T>,
): Promise<T> {
  return exchange(surroundings, asked, signal, (open, deadlines) => {
    deadlines.start(limit, `${source(asked)} did not answer within ${seconds(limit)}.`);
    return call(open());
  });
}

/** Each exchange has its own client: that of the library can't be aborted while it waits for headers. */
async function exchange<T>(
  { address, wire, clock }: Surroundings,
  asked: Asked,
  caller: AbortSignal,
  talk: (open: (onLine?: () => void) => Ollama, deadlines: Deadlines) => Promise<T>,
): Promise<T> {
  caller.throwIfAborted();
  const deadlines = setDeadlines(clock, caller);
  const ended = new AbortController();
  const signal = AbortSignal.any([deadlines.signal, ended.signal]);
  const open = (onLine?: () => void) => {
    const answer: Exchange = { asked, signal, ...(onLine === undefined ? {} : { onLine }) };
    return new Ollama({ host: address.url, headers: address.headers, fetch: wire.fetchFor(answer) });
  };
  try {
    return await talk(open, deadlines);
  } catch (error) {
    deadlines.signal.throwIfAborted();
    throw error instanceof SyntaxError ? notJson(error, asked) : error;
  } finally {
    deadlines.stop();
    // The client never closes a stream that it left early; a server that goes on generating would be kept busy.
    ended.abort();
  }
}

/** Starts the three limits of a streamed chat; the function it returns is told of every token. */
function watchTokens(deadlines: Deadlines, asked: Asked, settings: HostSettings): () => void {
  const { timeout, firstTokenTimeout, stallTimeout } = settings;
  const who = source(asked);
  deadlines.start(timeout, `${who} was not done within ${seconds(timeout)} (\`ollama.timeout\`).`);
  const first = deadlines.start(
    firstTokenTimeout,
    `${who} gave no first token within ${seconds(firstTokenTimeout)} (\`ollama.firstTokenTimeout\`).`,
  );
  const stalled = `${who} stopped in the middle of its answer for ${seconds(stallTimeout)} (\`ollama.stallTimeout\`).`;
  let next: ReturnType<Deadlines['start']> | null = null;
  return () => {
    first.drop();
    if (next === null) next = deadlines.start(stallTimeout, stalled);
    else next.renew();
  };
}

function notJson(cause: SyntaxError, asked: Asked): Failure {
  return new Failure('MODEL_STREAM_BROKEN', `${source(asked)} answered something that is no JSON.`, {
    cause,
  });
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}
