import type { ChatRequest as OllamaChat, Message, Tool } from 'ollama';
import type { ChatMessage, ChatRequest, ModelFacts, ToolOffer } from '../domain/chat.ts';

/** Fields that the server knows and the client's types do not. */
type ChatBody = OllamaChat & { stream: true; truncate: false; shift: false };

export type LoadSettings = { contextLength: number; keepAlive: string };

/**
 * A chat as Ollama takes it. A prompt that does not fit must be an error: cut, it loses the task first. Options that
 * load the model (`num_ctx`, `shift`) are the same in every call, since a change makes Ollama load it again.
 */
export function chatBody(
  name: string,
  request: ChatRequest,
  facts: ModelFacts,
  settings: LoadSettings,
): ChatBody {
  const canThink = facts.capabilities.includes('thinking');
  const thinks = canThink && request.think !== false;
  return {
    model: name,
    messages: request.messages.map(message),
    stream: true,
    truncate: false,
    shift: false,
    keep_alive: settings.keepAlive,
    options: {
      num_ctx: contextWindow(facts, settings),
      num_predict: request.maxOutputTokens ?? 4096,
      temperature: request.temperature ?? (thinks ? 0.6 : 0.2),
    },
    // A model without the capability answers 400 to any `think`.
    ...(canThink ? { think: thinks } : {}),
    ...(request.tools === undefined || request.tools.length === 0 ? {} : { tools: request.tools.map(tool) }),
    ...(request.format === undefined ? {} : { format: request.format }),
  };
}

/** Loads the model with the window that its chats will ask for. */
export function loadBody(name: string, facts: ModelFacts, settings: LoadSettings) {
  return {
    model: name,
    prompt: '',
    stream: false as const,
    shift: false,
    keep_alive: settings.keepAlive,
    options: { num_ctx: contextWindow(facts, settings) },
  };
}

function contextWindow(facts: ModelFacts, settings: LoadSettings): number {
  return Math.min(facts.contextLength ?? settings.contextLength, settings.contextLength);
}

function message(turn: ChatMessage): Message & { tool_call_id?: string } {
  switch (turn.role) {
    case 'system':
    case 'user':
      return { role: turn.role, content: turn.content };
    case 'assistant': {
      const calls = turn.toolCalls ?? [];
      const tool_calls = calls.map(({ id, ...call }) => ({
        ...(id === undefined ? {} : { id }),
        function: { name: call.name, arguments: call.arguments },
      }));
      return { role: 'assistant', content: turn.content, ...(calls.length === 0 ? {} : { tool_calls }) };
    }
    case 'tool':
      return {
        role: 'tool',
        content: turn.content,
        tool_name: turn.toolName,
        ...(turn.toolCallId === undefined ? {} : { tool_call_id: turn.toolCallId }),
      };
  }
}

function tool({ name, description, parameters }: ToolOffer): Tool {
  return { type: 'function', function: { name, description, parameters } };
}
