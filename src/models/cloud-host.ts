import type {
  LanguageModelV4CallOptions,
  LanguageModelV4StreamPart,
  SharedV4ProviderMetadata,
} from '@ai-sdk/provider';
import type { ChatReply, ChatRequest } from '../domain/chat.ts';
import { Failure } from '../domain/failure.ts';
import type { Clock } from '../ports.ts';
import { classifyStreamError, cloudDialect } from './cloud-errors.ts';
import type { AskedCloud } from './cloud-errors.ts';
import { limitLines } from './limit-lines.ts';
import { gatherCloudReply } from './cloud-reply.ts';
import { callOptions } from './cloud-request.ts';
import { openSdkModel } from './cloud-sdk.ts';
import type { CloudKind } from './cloud-sdk.ts';
import { setDeadlines } from './deadlines.ts';
import { watchTokens } from './watch-tokens.ts';
import type { TokenLimits } from './watch-tokens.ts';
import type { Wire } from './wire.ts';

export type CloudAddress = {
  /** The first part of its models' ids. */
  name: string;
  kind: CloudKind;
  /** Without a slash at its end. */
  url: string;
  /** Null where the server wants none. */
  key: string | null;
};

/** One provider. Every call throws failures of the catalogue, or the reason of the caller's signal. */
export type CloudHost = {
  readonly name: string;
  readonly url: string;
  /** `model`: as the provider calls it. */
  chat(model: string, request: ChatRequest, signal: AbortSignal): Promise<ChatReply>;
};

/** Calls of tools whose marks are kept: more than any conversation has. */
const mostMarks = 2000;

export function openCloudHost(
  { name, kind, url, key }: CloudAddress,
  { wire, clock, limits }: { wire: Wire; clock: Clock; limits: TokenLimits },
): CloudHost {
  const marks = new Map<string, SharedV4ProviderMetadata>();

  function mark(callId: string, given: SharedV4ProviderMetadata): void {
    marks.set(callId, given);
    const [oldest] = marks.keys();
    if (marks.size > mostMarks && oldest !== undefined) marks.delete(oldest);
  }

  return {
    name,
    url,
    async chat(model, request, caller) {
      caller.throwIfAborted();
      const asked: AskedCloud = { id: `${name}/${model}`, url, key };
      const deadlines = setDeadlines(clock, caller);
      const ended = new AbortController();
      const signal = AbortSignal.any([deadlines.signal, ended.signal]);
      try {
        const onToken = watchTokens(deadlines, `${asked.id} at ${url}`, limits);
        const fetch = sdkFetch(wire, asked, signal);
        const sdk = await openSdkModel(kind, model, { name, baseUrl: url, key, fetch });
        const parts = listen(sdk, { ...callOptions(request, marks), abortSignal: signal });
        const onText = request.onText ?? (() => undefined);
        return await gatherCloudReply(parts, asked, { onToken, onText, onMark: mark });
      } catch (error) {
        deadlines.signal.throwIfAborted();
        throw error instanceof Failure ? error : classifyStreamError(error, asked);
      } finally {
        deadlines.stop();
        // A stream that was left early would go on, and go on being charged.
        ended.abort();
      }
    },
  };
}

/** A `fetch` that hands the clients nothing but answers that are a 2xx, in lines of bearable length. */
function sdkFetch(wire: Wire, asked: AskedCloud, signal: AbortSignal): typeof fetch {
  return async (input, init) => {
    const dialect = cloudDialect(asked);
    const { headers, body } = await wire.send(input as string, init ?? {}, { dialect, signal });
    return new Response(limitLines(body, `${asked.id} at ${asked.url}`), { headers });
  };
}

type SdkModel = Awaited<ReturnType<typeof openSdkModel>>;

async function* listen(
  model: SdkModel,
  options: LanguageModelV4CallOptions,
): AsyncGenerator<LanguageModelV4StreamPart> {
  const { stream } = await model.doStream(options);
  yield* stream;
}
