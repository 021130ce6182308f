import { createHash } from 'node:crypto';
import type { ChatReply, ChatRequest } from '../domain/chat.ts';
import type { ChatModel } from '../ports.ts';

/** Where answers are kept between runs. */
export type AnswerStore = {
  find(key: string): ChatReply | null;
  keep(key: string, reply: ChatReply): void;
  forget(keys: readonly string[]): void;
  /** One request that could have been answered from here; `spared` is the answer that was, null when none was. */
  count(model: string, spared: ChatReply | null): void;
};

export type RecallOptions = {
  store: AnswerStore;
  /** The weights behind a model's name, the same on every server that has it; null where that is not known. */
  digestOf: (model: string) => string | null;
  /** Whatever else an answer depends on besides the request: the window that the model is given. */
  windowOf: (model: string) => number;
  /** The commit that the work stands on; null while there is none. */
  base: () => string | null;
  /** Told of every answer that was given without asking. */
  onRecalled: (request: ChatRequest) => void;
};

/** `forget`: what was kept or recalled through here is not given again. */
export type RecallingModel = ChatModel & { forget(): void };

/**
 * Gives the answer that the very same weights gave to the very same request on the very same commit, where the model
 * was asked without chance (temperature 0). A store that fails is none.
 */
export function recallAnswers(model: ChatModel, options: RecallOptions): RecallingModel {
  const { store } = options;
  const used = new Set<string>();
  return {
    facts: (name, signal) => model.facts(name, signal),
    async chat(request, signal) {
      signal.throwIfAborted();
      const key = keyOf(request, options);
      if (key === null) return model.chat(request, signal);
      used.add(key);
      const known = leniently(() => store.find(key), null);
      leniently(() => store.count(request.model, known), undefined);
      if (known !== null) {
        options.onRecalled(request);
        request.onText?.(known.text);
        return { ...known, usage: { input: 0, output: 0 } };
      }
      const reply = await model.chat(request, signal);
      if (isWorthKeeping(reply)) leniently(() => store.keep(key, reply), undefined);
      return reply;
    },
    forget: () => leniently(() => store.forget([...used]), undefined),
  };
}

function keyOf(request: ChatRequest, { digestOf, windowOf, base }: RecallOptions): string | null {
  if (request.temperature !== 0) return null;
  const [digest, commit] = [digestOf(request.model), base()];
  if (digest === null || commit === null) return null;
  return createHash('sha256')
    .update(JSON.stringify([commit, digest, windowOf(request.model), request]))
    .digest('hex');
}

/** An answer that was cut off, or says nothing, may be better the next time. */
function isWorthKeeping({ text, toolCalls, finish }: ChatReply): boolean {
  return finish !== 'length' && (text.trim() !== '' || toolCalls.length > 0);
}

/** What is only there to save time must not cost a run. */
function leniently<T>(act: () => T, otherwise: T): T {
  try {
    return act();
  } catch {
    return otherwise;
  }
}
