import type { ChatReply, ChatRequest, ModelFacts } from '../../src/domain/chat.ts';
import type { ChatModel } from '../../src/ports.ts';

export type ScriptedAnswer = string | Partial<ChatReply> | Error | ((request: ChatRequest) => string);

export type ScriptedModel = ChatModel & { requests: ChatRequest[] };

/** A model that gives the answers of a list in turn and keeps what it was asked. */
export function scriptedModel(answers: ScriptedAnswer[], facts: Partial<ModelFacts> = {}): ScriptedModel {
  const requests: ChatRequest[] = [];
  return {
    requests,
    chat(request, signal) {
      if (signal.aborted) return Promise.reject(signal.reason as Error);
      const answer = answers[requests.length];
      requests.push(request);
      if (answer === undefined)
        return Promise.reject(new Error(`No answer is scripted for request ${requests.length}.`));
      if (answer instanceof Error) return Promise.reject(answer);
      return Promise.resolve(reply(typeof answer === 'function' ? answer(request) : answer));
    },
    facts(model) {
      return Promise.resolve({ id: model, capabilities: ['completion'], contextLength: 32_768, ...facts });
    },
  };
}

function reply(answer: string | Partial<ChatReply>): ChatReply {
  const given = typeof answer === 'string' ? { text: answer } : answer;
  return {
    text: '',
    thinking: '',
    toolCalls: [],
    finish: 'stop',
    usage: { input: 100, output: 10 },
    ...given,
  };
}
