import type { ChatReply, ToolCall } from '../domain/chat.ts';
import { Failure } from '../domain/failure.ts';
import { source } from './ollama-errors.ts';
import type { Asked } from './ollama-errors.ts';
import { readChatLine } from './ollama-shapes.ts';
import type { ChatLine } from './ollama-shapes.ts';
import { splitThinking } from './split-thinking.ts';

/** Text, reasoning and tool calls together: a model that goes past it has lost its way. */
const largestReply = 2 * 1024 * 1024;

type Gathered = { content: string; thinking: string; toolCalls: ToolCall[]; size: number; last: ChatLine };

/** Puts the lines of a streamed chat together; `onText` hears the text as it arrives. */
export async function gatherReply(
  lines: AsyncIterable<unknown>,
  asked: Asked,
  onText: (text: string) => void,
): Promise<ChatReply> {
  const gathered: Gathered = { content: '', thinking: '', toolCalls: [], size: 0, last: {} };
  for await (const line of lines) {
    const content = add(gathered, readChatLine(line, asked), asked);
    if (content !== '') onText(content);
  }
  const { text, thinking } = splitThinking(gathered.content);
  return {
    text,
    thinking: [gathered.thinking.trim(), thinking].filter((part) => part !== '').join('\n\n'),
    toolCalls: gathered.toolCalls,
    finish: finish(gathered),
    usage: { input: gathered.last.prompt_eval_count ?? 0, output: gathered.last.eval_count ?? 0 },
  };
}

function add(gathered: Gathered, line: ChatLine, asked: Asked): string {
  const content = line.message?.content ?? '';
  const thinking = line.message?.thinking ?? '';
  const calls = (line.message?.tool_calls ?? []).map((call) => toolCall(call, asked));
  gathered.size += content.length + thinking.length + (calls.length === 0 ? 0 : JSON.stringify(calls).length);
  if (gathered.size > largestReply) {
    throw new Failure('MODEL_STREAM_BROKEN', `${source(asked)} wrote more than ${largestReply} characters.`);
  }
  gathered.content += content;
  gathered.thinking += thinking;
  gathered.toolCalls.push(...calls);
  gathered.last = line;
  return content;
}

type WireCall = NonNullable<NonNullable<ChatLine['message']>['tool_calls']>[number];

function toolCall(call: WireCall, asked: Asked): ToolCall {
  const given = call.function.arguments;
  return {
    ...(call.id === undefined ? {} : { id: call.id }),
    name: call.function.name,
    arguments: typeof given === 'string' ? parseArguments(given, call.function.name, asked) : (given ?? {}),
  };
}

/** Some proxies hand the arguments on as text. */
function parseArguments(text: string, name: string, asked: Asked): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Said below, together with text that is JSON but no object.
  }
  throw new Failure(
    'MODEL_BAD_TOOL_CALL',
    `${source(asked)} called "${name}" with ${JSON.stringify(text.slice(0, 200))}; expected a JSON object.`,
    { cause: new Error(text) },
  );
}

function finish({ last, toolCalls }: Gathered): ChatReply['finish'] {
  if (last.done_reason === 'length') return 'length';
  return toolCalls.length > 0 ? 'tools' : 'stop';
}
