import type {
  LanguageModelV4CallOptions,
  LanguageModelV4Prompt,
  SharedV4ProviderMetadata,
} from '@ai-sdk/provider';
import type { ChatMessage, ChatRequest, ToolCall } from '../domain/chat.ts';

/** What a provider wants to see again with a call of a tool, by the call's id; such as Google's signatures. */
export type CallMarks = ReadonlyMap<string, SharedV4ProviderMetadata>;

const usualOutput = 8192;
const usualTemperature = 0.2;

/** A chat in the words of the AI SDK. */
export function callOptions(request: ChatRequest, marks: CallMarks): LanguageModelV4CallOptions {
  const { messages, tools = [], format, temperature, maxOutputTokens } = request;
  return {
    prompt: toPrompt(messages, marks),
    maxOutputTokens: maxOutputTokens ?? usualOutput,
    temperature: temperature ?? usualTemperature,
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map(({ name, description, parameters }) => ({
            type: 'function' as const,
            name,
            description,
            inputSchema: parameters,
          })),
        }),
    ...(format === undefined
      ? {}
      : { responseFormat: { type: 'json' as const, name: 'answer', schema: format } }),
    // Schemas of ours have keys that may be left out, which the strict form forbids.
    providerOptions: { openai: { strictJsonSchema: false }, openaiCompatible: { strictJsonSchema: false } },
  };
}

type Turn = LanguageModelV4Prompt[number];

/**
 * Only the first messages may be of the system everywhere; later ones are said as the user. Results of tools stand
 * together behind the turn that asked for them, each with the id of its call.
 */
function toPrompt(messages: readonly ChatMessage[], marks: CallMarks): LanguageModelV4Prompt {
  const turns: Turn[] = [];
  let open: { id: string; name: string }[] = [];
  for (const [index, message] of messages.entries()) {
    switch (message.role) {
      case 'system':
        turns.push(
          isLeading(turns) ? { role: 'system', content: message.content } : userTurn(message.content),
        );
        break;
      case 'user':
        turns.push(userTurn(message.content));
        break;
      case 'assistant': {
        const calls = (message.toolCalls ?? []).map((call, at) => ({
          ...call,
          id: call.id ?? `call-${index}-${at}`,
        }));
        open = calls.map(({ id, name }) => ({ id, name }));
        turns.push({ role: 'assistant', content: assistantParts(message.content, calls, marks) });
        break;
      }
      case 'tool': {
        const asked = open.find(({ id }) => id === message.toolCallId) ?? open[0];
        open = open.filter((call) => call !== asked);
        addResult(turns, { ...message, toolCallId: message.toolCallId ?? asked?.id ?? `call-${index}` });
        break;
      }
    }
  }
  return turns;
}

function isLeading(turns: readonly Turn[]): boolean {
  return turns.every(({ role }) => role === 'system');
}

function userTurn(text: string): Turn {
  return { role: 'user', content: [{ type: 'text', text }] };
}

type AssistantParts = Extract<Turn, { role: 'assistant' }>['content'];

function assistantParts(
  text: string,
  calls: (ToolCall & { id: string })[],
  marks: CallMarks,
): AssistantParts {
  const asked = calls.map(({ id, name, arguments: input }) => {
    const mark = marks.get(id);
    const call = { type: 'tool-call' as const, toolCallId: id, toolName: name, input };
    return mark === undefined ? call : { ...call, providerOptions: mark };
  });
  // Some refuse a turn that says nothing.
  const isSilent = text.trim() === '';
  if (isSilent && asked.length > 0) return asked;
  return [{ type: 'text', text: isSilent ? '(no answer)' : text }, ...asked];
}

function addResult(
  turns: Turn[],
  { toolCallId, toolName, content }: Extract<ChatMessage, { role: 'tool' }> & { toolCallId: string },
): void {
  const result = {
    type: 'tool-result' as const,
    toolCallId,
    toolName,
    output: { type: 'text' as const, value: content },
  };
  const last = turns.at(-1);
  if (last?.role === 'tool') last.content.push(result);
  else turns.push({ role: 'tool', content: [result] });
}
