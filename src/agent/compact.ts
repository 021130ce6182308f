import type { ChatMessage } from '../domain/chat.ts';
import { messageText } from './talk.ts';

export const removedOutput = '[output removed, call again if needed]';

/** The results that the model is working with stay whatever happens. */
const recentMessages = 4;
/** A result shorter than this is no worse than the words in its place. */
const worthRemoving = 200;
/** Compacting rarely and by much keeps the beginning of the prompt the same, which servers reuse. */
const share = 0.7;

/**
 * A conversation that fits into `room` bytes. Old tool outputs go first, then long texts of old calls, then whole old
 * turns. The system message and the task, which are the first two, always stay.
 */
export function compactMessages(messages: readonly ChatMessage[], room: number): ChatMessage[] {
  if (bytesOf(messages) <= room) return [...messages];
  const goal = room * share;
  const removed = shorten(messages, goal, withoutOutput);
  const short = bytesOf(removed) <= goal ? removed : shorten(removed, goal, withoutArguments);
  return bytesOf(short) <= room ? short : withoutOldTurns(short, goal);
}

function bytesOf(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, message) => sum + Buffer.byteLength(messageText(message)), 0);
}

/** Shortens the oldest messages after the task, one by one, until it is enough. */
function shorten(
  messages: readonly ChatMessage[],
  goal: number,
  change: (message: ChatMessage) => ChatMessage,
): ChatMessage[] {
  let size = bytesOf(messages);
  return messages.map((message, index) => {
    if (size <= goal || index < 2 || index >= messages.length - recentMessages) return message;
    const changed = change(message);
    size -= bytesOf([message]) - bytesOf([changed]);
    return changed;
  });
}

function withoutOutput(message: ChatMessage): ChatMessage {
  if (message.role !== 'tool' || message.content.length < worthRemoving) return message;
  return { ...message, content: removedOutput };
}

function withoutArguments(message: ChatMessage): ChatMessage {
  if (message.role !== 'assistant' || message.toolCalls === undefined) return message;
  const toolCalls = message.toolCalls.map((call) => ({
    ...call,
    arguments: Object.fromEntries(
      Object.entries(call.arguments).map(([key, value]) => [
        key,
        typeof value === 'string' && value.length > worthRemoving ? `${value.slice(0, 60)} […]` : value,
      ]),
    ),
  }));
  return { ...message, toolCalls };
}

/** Whole turns from the oldest on; what remains begins with an assistant's or user's message, never with a lone result. */
function withoutOldTurns(messages: readonly ChatMessage[], goal: number): ChatMessage[] {
  const head = messages.slice(0, 2);
  let from = 2;
  while (from < messages.length - recentMessages && bytesOf([...head, ...messages.slice(from)]) > goal)
    from += 1;
  while (from < messages.length && messages[from]?.role === 'tool') from += 1;
  // What the model was last told, such as why its change is not good enough, is its task by now.
  const lastWords = messages.slice(2, from).findLast((message) => message.role === 'user');
  const note: ChatMessage = {
    role: 'user',
    content: 'Earlier turns were removed. The files are as you left them.',
  };
  return [...head, note, ...(lastWords === undefined ? [] : [lastWords]), ...messages.slice(from)];
}
