import { Ollama } from 'ollama';
import type { ChatReply, ChatRequest, ModelFacts } from '../domain/chat.ts';
import { Failure } from '../domain/failure.ts';
import type { Clock } from '../ports.ts';
import { setDeadlines } from './deadlines.ts';
import type { Deadlines } from './deadlines.ts';
import type { OllamaAddress } from './ollama-address.ts';
import { source } from './ollama-errors.ts';
import type { Asked } from './ollama-errors.ts';
import { fetchFor } from './ollama-fetch.ts';
import type { Exchange } from './ollama-fetch.ts';
import { gatherReply } from './ollama-reply.ts';
import { chatBody, loadBody } from './ollama-request.ts';
import type { LoadSettings } from './ollama-request.ts';
import { readLoaded, readPullLine, readShow, readTags, readVersion } from './ollama-shapes.ts';
import type { LoadedModel, PullProgress } from './ollama-shapes.ts';
import { seconds, watchTokens } from './watch-tokens.ts';
import type { Wire } from './wire.ts';

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
};

/** `onFirstToken` is called once, when the answer begins. */
export type HostChat = ChatRequest & { onFirstToken?: () => void };

/** One Ollama server. Every call throws failures of the catalogue, or the reason of the caller's signal. */
export type OllamaHost = {
  readonly url: string;
  chat(name: string, request: HostChat, facts: ModelFacts, signal: AbortSignal): Promise<ChatReply>;
  load(name: string, facts: ModelFacts, signal: AbortSignal): Promise<void>;
  show(name: string, signal: AbortSignal): Promise<ModelFacts>;
  tags(limit: 'question' | 'health', signal: AbortSignal): Promise<ModelFacts[]>;
  loaded(signal: AbortSignal): Promise<LoadedModel[]>;
  version(signal: AbortSignal): Promise<string>;
  /** Fetches a model onto this server; silence for as long as between two tokens ends it. */
  pull(name: string, onProgress: (progress: PullProgress) => void, signal: AbortSignal): Promise<void>;
};

type Surroundings = { address: OllamaAddress; wire: Wire; clock: Clock };

export function openHost(surroundings: Surroundings, settings: HostSettings): OllamaHost {
  const { url } = surroundings.address;
  const server: Asked = { url, model: null };
  const question = settings.questionTimeout;
  const loading = (name: string): LoadSettings => ({
    contextLength: settings.windows[name] ?? settings.contextLength,
    keepAlive: settings.keepAlive,
  });
  return {
    url,
    chat: (name, request, facts, signal) => {
      const asked = { url, model: name };
      return exchange(surroundings, asked, signal, async (open, deadlines) => {
        const onToken = watchTokens(deadlines, source(asked), settings);
        const onLine = firstly(request.onFirstToken, onToken);
        const client = open({ lines: { onLine, isLast: (line) => line['done'] === true } });
        const lines = await client.chat(chatBody(name, request, facts, loading(name)));
        return await gatherReply(lines, asked, request.onText ?? (() => undefined));
      });
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
    tags: (kind, signal) => {
      const limit = kind === 'health' ? settings.healthTimeout : question;
      return ask(surroundings, server, { signal, limit }, async (client) =>
        readTags(await client.list(), server),
      );
    },
    loaded: (signal) =>
      ask(surroundings, server, { signal, limit: question }, async (client) =>
        readLoaded(await client.ps(), server),
      ),
    version: (signal) =>
      ask(surroundings, server, { signal, limit: settings.healthTimeout }, async (client) =>
        readVersion(await client.version(), server),
      ),
    pull: (name, onProgress, signal) => {
      const asked = { url, model: name };
      return exchange(surroundings, asked, signal, async (open, deadlines) => {
        const silent = `${source(asked)} told nothing of the pull for ${seconds(settings.stallTimeout)}.`;
        const next = deadlines.start(settings.stallTimeout, new Failure('MODEL_STALLED', silent));
        const onLine = (): void => next.renew();
        const client = open({ lines: { onLine, isLast: (line) => line['status'] === 'success' } });
        for await (const line of await client.pull({ model: name, stream: true }))
          onProgress(readPullLine(line, asked));
      });
    },
  };
}

/** Calls `first` before the first call of `each`. */
function firstly(first: (() => void) | undefined, each: () => void): () => void {
  let next = first;
  return () => {
    next?.();
    next = undefined;
    each();
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
    const silent = `${source(asked)} did not answer within ${seconds(limit)}.`;
    deadlines.start(limit, new Failure('MODEL_TIMEOUT', silent));
    return call(open({ within: limit }));
  });
}

type Manner = Pick<Exchange, 'lines' | 'within'>;

/** Each exchange has its own client: that of the library can't be aborted while it waits for headers. */
async function exchange<T>(
  { address, wire, clock }: Surroundings,
  asked: Asked,
  caller: AbortSignal,
  talk: (open: (how: Manner) => Ollama, deadlines: Deadlines) => Promise<T>,
): Promise<T> {
  caller.throwIfAborted();
  const deadlines = setDeadlines(clock, caller);
  const ended = new AbortController();
  const signal = AbortSignal.any([deadlines.signal, ended.signal]);
  const open = (how: Manner) => {
    const fetch = fetchFor(wire, { asked, signal, ...how });
    return new Ollama({ host: address.url, headers: address.headers, fetch });
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

function notJson(cause: SyntaxError, asked: Asked): Failure {
  return new Failure('MODEL_STREAM_BROKEN', `${source(asked)} answered something that is no JSON.`, {
    cause,
  });
}
