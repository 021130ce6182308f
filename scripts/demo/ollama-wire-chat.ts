import { capabilitiesOf, contextLengthOf, defaultWindow } from './ollama-wire-models.ts';
import type { WireModel } from './ollama-wire-models.ts';
import type { WireRefusal } from './ollama-wire-send.ts';

/** A chat as the server was asked for it. */
export type WireChat = {
  model: string;
  messages: WireMessage[];
  tools: { function?: { name?: string } }[];
  options: Record<string, unknown>;
  stream: boolean;
  /** The whole request, with whatever else it says. */
  body: Record<string, unknown>;
};

export type WireMessage = {
  role: string;
  content: string;
  images?: string[];
  tool_calls?: { id?: string; function: { name: string; arguments: Record<string, unknown> } }[];
  tool_name?: string;
  tool_call_id?: string;
};

/** What the model is to say. */
export type WireReply = {
  /** A list is sent piece by piece as it stands; a string is cut into tokens. */
  text?: string | string[];
  /** Sent as the text of an answer in a `format`. */
  json?: unknown;
  thinking?: string;
  toolCalls?: { name: string; arguments: Record<string, unknown> }[];
  /** As if the answer had been cut off by `num_predict`. */
  finish?: 'length';
  /** Awaited before each line of a streamed answer. */
  beforeLine?: (index: number) => Promise<void>;
};

export function readChat(body: Record<string, unknown>): WireChat {
  return {
    model: typeof body['model'] === 'string' ? body['model'] : '',
    messages: (body['messages'] ?? []) as WireMessage[],
    tools: (body['tools'] ?? []) as WireChat['tools'],
    options: (body['options'] ?? {}) as Record<string, unknown>,
    stream: body['stream'] !== false,
    body,
  };
}

/** What Ollama refuses before a model is asked; undefined when the chat may go on. */
export function refuseChat(chat: WireChat, model: WireModel): WireRefusal | undefined {
  const can = capabilitiesOf(model);
  if (chat.tools.length > 0 && !can.includes('tools')) {
    const name = `registry.ollama.ai/library/${chat.model}`;
    return { status: 400, error: `${name} does not support tools` };
  }
  if (Boolean(chat.body['think']) && !can.includes('thinking')) {
    return { status: 400, error: `"${chat.model}" does not support thinking` };
  }
  return refuseOption(chat.options) ?? refuseFormat(chat.body['format']) ?? refuseImages(chat, can);
}

export function refuseLongPrompt(chat: WireChat, window: number): WireRefusal | undefined {
  const tokens = countPrompt(chat);
  if (chat.body['truncate'] !== false || tokens <= window) return undefined;
  const message = `request (${tokens} tokens) exceeds the available context size (${window} tokens), try increasing it`;
  const type = 'exceed_context_size_error';
  return {
    status: 400,
    error: wrapped({ code: 400, message, type, n_prompt_tokens: tokens, n_ctx: window }),
  };
}

export function windowOf(chat: WireChat, model: WireModel): number {
  const asked = chat.options['num_ctx'];
  return Math.min(typeof asked === 'number' ? asked : defaultWindow, contextLengthOf(model));
}

/** The lines of a streamed answer, in Ollama's order: reasoning, text, tool calls, then an empty one that is done. */
export function chatLines(
  chat: WireChat,
  reply: WireReply,
  { window, now }: { window: number; now: () => Date },
): object[] {
  const { pieces, isCut } = textPieces(chat, reply);
  const thoughts = tokens(reply.thinking ?? '');
  const messages = [
    ...thoughts.map((thinking) => ({ content: '', thinking })),
    ...pieces.map((content) => ({ content })),
    ...(reply.toolCalls === undefined
      ? []
      : [{ content: '', tool_calls: reply.toolCalls.map(toolCall(chat)) }]),
  ];
  const generated = thoughts.length + tokens(pieces.join('')).length + countCalls(reply);
  const line = (message: object) => ({
    model: chat.model,
    created_at: now().toISOString(),
    message: { role: 'assistant', ...message },
  });
  return [
    ...messages.map((message) => ({ ...line(message), done: false })),
    {
      ...line({ content: '' }),
      done: true,
      done_reason: isCut || reply.finish === 'length' ? 'length' : 'stop',
      ...statistics(Math.min(countPrompt(chat), window), generated),
    },
  ];
}

/** The same answer in one piece, for `stream: false`. */
export function joinLines(lines: object[]): object {
  const parts = lines as { message: { content: string; thinking?: string; tool_calls?: object[] } }[];
  const thinking = parts.map(({ message }) => message.thinking ?? '').join('');
  const toolCalls = parts.flatMap(({ message }) => message.tool_calls ?? []);
  return {
    ...lines.at(-1),
    message: {
      role: 'assistant',
      content: parts.map(({ message }) => message.content).join(''),
      ...(thinking === '' ? {} : { thinking }),
      ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }),
    },
  };
}

function textPieces(chat: WireChat, reply: WireReply): { pieces: string[]; isCut: boolean } {
  const { text = reply.json === undefined ? '' : JSON.stringify(reply.json) } = reply;
  if (Array.isArray(text)) return { pieces: text, isCut: false };
  // What might become a tool call is held back until it has turned out not to be one.
  const isHeldBack = chat.tools.length > 0 && /^\s*[[{]/.test(text);
  const all = tokens(text);
  const most = chat.options['num_predict'];
  const isCut = typeof most === 'number' && most > 0 && all.length > most;
  const pieces = isCut ? all.slice(0, most) : all;
  return { pieces: isHeldBack ? [pieces.join('')] : pieces, isCut };
}

function toolCall(chat: WireChat) {
  return (call: { name: string; arguments: Record<string, unknown> }, index: number) => ({
    id: `call_${(chat.messages.length * 100 + index).toString(36).padStart(8, '0')}`,
    function: { index, ...call },
  });
}

function tokens(text: string): string[] {
  return text.match(/\s*\S{1,6}|\s+$/g) ?? [];
}

function countTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

function countCalls({ toolCalls }: WireReply): number {
  return toolCalls === undefined ? 0 : countTokens(JSON.stringify(toolCalls));
}

function countPrompt(chat: WireChat): number {
  return countTokens(JSON.stringify([chat.messages, chat.tools]));
}

/** Durations in nanoseconds, of a machine that does 100 tokens a second and reads a thousand. */
function statistics(promptTokens: number, generatedTokens: number): object {
  const reading = promptTokens * 1_000_000;
  const writing = generatedTokens * 10_000_000;
  return {
    total_duration: reading + writing + 1_000_000,
    load_duration: 1_000_000,
    prompt_eval_count: promptTokens,
    prompt_eval_duration: reading,
    eval_count: generatedTokens,
    eval_duration: writing,
  };
}

function refuseOption(options: Record<string, unknown>): WireRefusal | undefined {
  const kinds = { temperature: 'float32', top_p: 'float32', num_ctx: 'integer', num_predict: 'integer' };
  const wrong = Object.entries(kinds).find(([key]) => key in options && typeof options[key] !== 'number');
  return wrong && { status: 500, error: `option "${wrong[0]}" must be of type ${wrong[1]}` };
}

function refuseFormat(format: unknown): WireRefusal | undefined {
  if (format === undefined || format === '' || format === 'json' || typeof format === 'object')
    return undefined;
  const shown = JSON.stringify(JSON.stringify(format));
  const error = `invalid format: ${shown}; expected "json" or a valid JSON Schema object`;
  return { status: 500, error, isOfRunner: true };
}

function refuseImages(chat: WireChat, can: string[]): WireRefusal | undefined {
  if (can.includes('vision') || !chat.messages.some((message) => message.images?.length)) return undefined;
  const message = 'Multimodal data provided, but model does not support multimodal requests.';
  return {
    status: 400,
    error: wrapped({ code: 400, message, type: 'invalid_request_error' }),
    isOfRunner: true,
  };
}

function wrapped(error: object): string {
  return JSON.stringify({ error });
}
