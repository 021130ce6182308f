import type { ChatRequest } from '../../src/domain/chat.ts';
import type { Observe } from '../../src/domain/event.ts';
import { createOllama } from '../../src/models/ollama.ts';
import type { OllamaOptions, OllamaProvider } from '../../src/models/ollama.ts';
import { manualClock } from './clock.ts';
import type { ManualClock } from './clock.ts';

/** A provider for the given servers on a clock that stands still, released at the end of its block. */
export function ollamaFor(
  servers: readonly { url: string }[],
  options: Partial<OllamaOptions> = {},
  observe?: Observe,
): OllamaProvider & AsyncDisposable & { clock: ManualClock } {
  const clock = manualClock();
  const ollama = createOllama(
    {
      hosts: servers.map(({ url }) => url),
      contextLength: 8192,
      keepAlive: '30m',
      timeout: 1_800_000,
      firstTokenTimeout: 900_000,
      stallTimeout: 120_000,
      healthTimeout: 5000,
      ...options,
    },
    clock,
    observe,
  );
  return { ...ollama, clock, [Symbol.asyncDispose]: () => ollama.close() };
}

/** A chat with one question. */
export function question(request: Partial<ChatRequest> = {}): ChatRequest {
  return { model: 'ollama/coder:7b', messages: [{ role: 'user', content: 'Hello?' }], ...request };
}

/** A signal that never fires. */
export function unaborted(): AbortSignal {
  return new AbortController().signal;
}
