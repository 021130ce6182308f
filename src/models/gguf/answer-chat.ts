import type { ChatReply, ToolOffer } from '../../domain/chat.ts';
import type { Functions, Generated, Llama, LlamaChat } from './library.ts';
import type { Question } from './messages.ts';
import { toHistory } from './to-history.ts';

const usualOutput = 8192;
const usualTemperature = 0.2;
/** Tokens that an answer needs at least; a prompt that leaves less room does not fit. */
const leastRoom = 16;
/** Tokens of a window that the library keeps for itself: with fewer left it would drop the beginning of the chat. */
const kept = 2;

class PromptTooLong extends Error {
  override readonly name = 'PromptTooLong';
}

/** Has the model answer one chat; `tell` is told of every token, with its text where that belongs to the answer. */
export async function answerChat(
  { llama, chat }: { llama: Llama; chat: LlamaChat },
  question: Question,
  tell: (text: string) => void,
  signal: AbortSignal,
): Promise<ChatReply> {
  const { messages, tools = [], format, temperature, maxOutputTokens } = question;
  const history = toHistory(messages);
  const offered = tools.length === 0 ? {} : { functions: toFunctions(tools), documentFunctionParams: true };
  const input = countTokens(chat, history, offered);
  const room = chat.sequence.contextSize - kept - input;
  if (room < leastRoom)
    throw new PromptTooLong(`${input} tokens do not fit in a window of ${chat.sequence.contextSize}`);
  // The library takes one or the other.
  const form =
    format === undefined || tools.length > 0
      ? {}
      : { grammar: await llama.createGrammarForJsonSchema(format) };
  const before = chat.sequence.tokenMeter.usedOutputTokens;
  const generated = await chat.generateResponse(history, {
    ...offered,
    ...form,
    signal,
    maxTokens: Math.min(maxOutputTokens ?? usualOutput, room),
    temperature: temperature ?? usualTemperature,
    // Code says the same thing more than once.
    repeatPenalty: false,
    onResponseChunk: ({ type, text }) => tell(type === undefined ? text : ''),
    ...(tools.length === 0 ? {} : { onFunctionCallParamsChunk: () => tell('') }),
  });
  const output = chat.sequence.tokenMeter.usedOutputTokens - before;
  return { ...replyOf(generated), usage: { input, output } };
}

function countTokens(
  chat: LlamaChat,
  chatHistory: ReturnType<typeof toHistory>,
  { functions, ...documented }: { functions?: Functions; documentFunctionParams?: boolean },
): number {
  const { contextText } = chat.chatWrapper.generateContextState({
    chatHistory,
    ...documented,
    ...(functions === undefined ? {} : { availableFunctions: functions }),
  });
  return contextText.tokenize(chat.model.tokenizer).length;
}

function toFunctions(tools: readonly ToolOffer[]): Functions {
  return Object.fromEntries(
    tools.map(({ name, description, parameters }) => [name, { description, params: parameters }]),
  );
}

function replyOf({
  response,
  fullResponse,
  functionCalls = [],
  metadata,
}: Generated): Omit<ChatReply, 'usage'> {
  const thoughts = fullResponse.flatMap((part) => (typeof part === 'string' ? [] : [part.text.trim()]));
  const toolCalls = functionCalls.map(({ functionName, params }) => ({
    name: functionName,
    arguments: (params ?? {}) as Record<string, unknown>,
  }));
  const finish = metadata.stopReason === 'maxTokens' ? 'length' : toolCalls.length > 0 ? 'tools' : 'stop';
  return { text: response, thinking: thoughts.join('\n\n'), toolCalls, finish };
}
