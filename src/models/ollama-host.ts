import { Ollama } from 'ollama';
import type { ChatReply, ChatRequest, ModelFacts } from '../domain/chat.ts';
import { Failure } from '../domain/failure.ts';
import type { Clock } from '../ports.ts';
import { setDeadlines } from './deadlines.ts';
import type { Deadlines } from './deadlines.ts';
import type { OllamaAddress } from './ollama-address.ts';
import { source } from './ollama-errors.ts';
import type { Asked } from './ollama-errors.ts';
import { askShortly, fetchFor } from './ollama-fetch.ts';
import type { Exchange, Line, Question } from './ollama-fetch.ts';
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
  const within = settings.questionTimeout;
  const askServer = (path: string, limit: number, signal: AbortSignal): Promise<unknown> =>
    ask(surroundings, { asked: server, path, within: limit, signal });
  const loading = (name: string): LoadSettings => ({
    contextLength: settings.windows[name] ?? settings.contextLength,
    keepAlive: settings.keepAlive,
  });
  return {
    url,
    chat: (name, request, facts, signal) => {
      const asked = { url, model: name };
      return exchange(surroundings, asked, signal, async ({ deadlines, signal }) => {
        const onToken = watchTokens(deadlines, source(asked), settings);
        const onLine = firstly(request.onFirstToken, onToken);
        const lines = { onLine, isLast: (line: Line) => line['done'] === true };
        const client = openClient(surroundings, { asked, signal, lines });
        const answer = await client.chat(chatBody(name, request, facts, loading(name)));
        return await gatherReply(answer, asked, request.onText ?? (() => undefined));
      });
    },
    load: (name, facts, signal) => {
      const asked = { url, model: name };
      return exchange(surroundings, asked, signal, async ({ deadlines, signal }) => {
        deadlines.start(settings.firstTokenTimeout, silence(asked, settings.firstTokenTimeout));
        await openClient(surroundings, { asked, signal }).generate(loadBody(name, facts, loading(name)));
      });
    },
    show: async (name, signal) => {
      const asked = { url, model: name };
      const body = { model: name };
      return readShow(
        name,
        await ask(surroundings, { asked, path: '/api/show', body, within, signal }),
        asked,
      );
    },
    tags: async (kind, signal) =>
      readTags(
        await askServer('/api/tags', kind === 'health' ? settings.healthTimeout : within, signal),
        server,
      ),
    loaded: async (signal) => readLoaded(await askServer('/api/ps', within, signal), server),
    version: async (signal) =>
      readVersion(await askServer('/api/version', settings.healthTimeout, signal), server),
    pull: (name, onProgress, signal) => {
      const asked = { url, model: name };
      return exchange(surroundings, asked, signal, async ({ deadlines, signal }) => {
        const silent = `${source(asked)} told nothing of the pull for ${seconds(settings.stallTimeout)}.`;
        const next = deadlines.start(settings.stallTimeout, new Failure('MODEL_STALLED', silent));
        const lines = { onLine: () => next.renew(), isLast: isPulled };
        const client = openClient(surroundings, { asked, signal, lines });
        for await (const line of await client.pull({ model: name, stream: true }))
          onProgress(readPullLine(line, asked));
      });
    },
  };
}

function isPulled(line: Line): boolean {
  return line['status'] === 'success';
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

type Order = Question & { asked: Asked; within: number; signal: AbortSignal };

/** The answer to a question that has one short answer. */
function ask(surroundings: Surroundings, order: Order): Promise<unknown> {
  const { asked, within, signal: caller, ...question } = order;
  return exchange(surroundings, asked, caller, ({ deadlines, signal }) => {
    deadlines.start(within, silence(asked, within));
    return askShortly(surroundings, question, { asked, signal });
  });
}

function silence(asked: Asked, limit: number): Failure {
  return new Failure('MODEL_TIMEOUT', `${source(asked)} did not answer within ${seconds(limit)}.`);
}

/** Each exchange has its own client: that of the library can't be aborted while it waits for headers. */
function openClient({ address, wire }: Surroundings, exchange: Exchange): Ollama {
  return new Ollama({ host: address.url, headers: address.headers, fetch: fetchFor(wire, exchange) });
}

async function exchange<T>(
  { clock }: Surroundings,
  asked: Asked,
  caller: AbortSignal,
  talk: (limits: { deadlines: Deadlines; signal: AbortSignal }) => Promise<T>,
): Promise<T> {
  caller.throwIfAborted();
  const deadlines = setDeadlines(clock, caller);
  const ended = new AbortController();
  const signal = AbortSignal.any([deadlines.signal, ended.signal]);
  try {
    return await talk({ deadlines, signal });
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
