import type { LanguageModelV4StreamPart, SharedV4ProviderMetadata } from '@ai-sdk/provider';
import type { ChatReply, ToolCall } from '../domain/chat.ts';
import { classifyStreamError, failure } from './cloud-errors.ts';
import type { AskedCloud } from './cloud-errors.ts';
import { splitThinking } from './split-thinking.ts';

/** Text, reasoning and tool calls together: a model that goes past it has lost its way. */
const largestReply = 2 * 1024 * 1024;

export type Hearing = {
  /** Told of every part that a model wrote. */
  onToken: () => void;
  onText: (text: string) => void;
  /** Told what the provider wants to see again with a call. */
  onMark: (callId: string, mark: SharedV4ProviderMetadata) => void;
};

type Finish = Extract<LanguageModelV4StreamPart, { type: 'finish' }>;
type Gathered = { content: string; thinking: string; toolCalls: ToolCall[]; size: number };

/** Puts the parts of a stream together. A part that tells of an error, or an end without a reason, is no answer. */
export async function gatherCloudReply(
  parts: AsyncIterable<LanguageModelV4StreamPart>,
  asked: AskedCloud,
  hearing: Hearing,
): Promise<ChatReply> {
  const gathered: Gathered = { content: '', thinking: '', toolCalls: [], size: 0 };
  let last: Finish | null = null;
  for await (const part of parts) {
    if (part.type === 'error') throw classifyStreamError(part.error, asked);
    if (part.type === 'finish') last = part;
    else take(gathered, part, asked, hearing);
  }
  if (last === null)
    throw failure('MODEL_STREAM_BROKEN', asked, { what: 'ended its answer before it was done' });
  const { text, thinking } = splitThinking(gathered.content);
  return {
    text,
    thinking: [gathered.thinking.trim(), thinking].filter((each) => each !== '').join('\n\n'),
    toolCalls: gathered.toolCalls,
    finish: finishOf(last, gathered, asked),
    usage: { input: last.usage.inputTokens.total ?? 0, output: last.usage.outputTokens.total ?? 0 },
  };
}

function take(
  gathered: Gathered,
  part: LanguageModelV4StreamPart,
  asked: AskedCloud,
  hearing: Hearing,
): void {
  switch (part.type) {
    case 'text-delta':
      gathered.content += grow(gathered, part.delta, asked);
      hearing.onText(part.delta);
      break;
    case 'reasoning-delta':
      gathered.thinking += grow(gathered, part.delta, asked);
      break;
    case 'tool-input-delta':
      grow(gathered, part.delta, asked);
      break;
    case 'tool-call':
      gathered.toolCalls.push({
        id: part.toolCallId,
        name: part.toolName,
        arguments: readArguments(part.input, part.toolName, asked),
      });
      if (part.providerMetadata !== undefined) hearing.onMark(part.toolCallId, part.providerMetadata);
      break;
    default:
      return;
  }
  hearing.onToken();
}

function grow(gathered: Gathered, delta: string, asked: AskedCloud): string {
  gathered.size += delta.length;
  if (gathered.size > largestReply)
    throw failure('MODEL_STREAM_BROKEN', asked, { what: `wrote more than ${largestReply} characters` });
  return delta;
}

function readArguments(text: string, name: string, asked: AskedCloud): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text === '' ? '{}' : text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Said below, together with text that is JSON but no object.
  }
  throw failure('MODEL_BAD_TOOL_CALL', asked, {
    what: `called "${name}" with ${JSON.stringify(text.slice(0, 200))}; expected a JSON object`,
    said: text,
  });
}

function finishOf({ finishReason }: Finish, { toolCalls }: Gathered, asked: AskedCloud): ChatReply['finish'] {
  const { unified, raw } = finishReason;
  switch (unified) {
    case 'length':
      return 'length';
    case 'content-filter':
      throw failure('MODEL_REFUSED', asked, { what: `refused to answer (${raw ?? 'content filter'})` });
    case 'interrupted':
      throw failure('MODEL_STREAM_BROKEN', asked, { what: 'ended its answer before it was done' });
    case 'error':
      throw failure(
        raw === 'MALFORMED_FUNCTION_CALL' ? 'MODEL_BAD_TOOL_CALL' : 'MODEL_STREAM_BROKEN',
        asked,
        {
          what: `broke off its answer (${raw ?? 'no reason'})`,
        },
      );
    case 'stop':
    case 'tool-calls':
    case 'other':
      return toolCalls.length > 0 ? 'tools' : 'stop';
  }
}
