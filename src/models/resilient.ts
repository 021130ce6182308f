import type { ChatModel } from '../ports.ts';
import { meterChats } from './meter-chats.ts';
import type { MeterOptions } from './meter-chats.ts';
import type { ModelServer } from './model-server.ts';
import type { OllamaHost } from './ollama-host.ts';
import { retrying } from './retry.ts';
import type { RetryOptions } from './retry.ts';

/*
 * The order of all that surrounds a call of a model, outermost first:
 *
 *   fallback( retry( breaker( slot( timeout( call )))))
 *
 * fallback  another model, by the run itself: only it knows what the worktree holds (pipeline/try-models)
 * retry     what may be gone at the next try; within one try every server that has the model is asked (choose-server)
 * breaker   refuses while a server is down, so that waiting for it costs nothing
 * slot      waits its turn on a server; the breaker stands before it, so that nobody queues for a server that is down
 * timeout   of the call alone: waiting for others is not the model's slowness (ollama-host)
 */

/** The model as one run calls it: every try is told, and passing failures are tried again. */
export function resilientChats(
  model: ChatModel,
  { meter, retry }: { meter: MeterOptions; retry: Omit<RetryOptions, 'onRetry'> },
): ChatModel {
  const metered = meterChats(model, meter);
  const repeatedly = (id: string) =>
    retrying({
      ...retry,
      onRetry: ({ failure, attempt, waitMs }) =>
        meter.observe({
          type: 'model:retried',
          ...meter.ticket,
          model: id,
          code: failure.code,
          attempt,
          waitMs,
        }),
    });
  return {
    facts: (id, signal) => repeatedly(id)(() => metered.facts(id, signal), signal),
    chat: (request, signal) => repeatedly(request.model)(() => metered.chat(request, signal), signal),
  };
}

/** A call that needs the model in memory. */
export function callOn<T>(
  { breaker, slots, host }: ModelServer,
  call: (host: OllamaHost, onFirstToken: () => void) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  return breaker.run(() => slots.run((onFirstToken) => call(host, onFirstToken), signal), signal);
}

/** A question that the server answers without the model, however busy it is. */
export function askOf<T>(
  { breaker, host }: ModelServer,
  question: (host: OllamaHost) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  return breaker.run(() => question(host), signal);
}
