import type { ChatMessage } from '../../domain/chat.ts';
import type { CalledFunction, HistoryItem } from './library.ts';

/**
 * A conversation in the words of node-llama-cpp, ending in a turn of the model that is still to be written. There the
 * result of a tool is a part of its call, and what a model says after it goes on in the same turn. Only the first
 * messages may be of the system with every template; later ones are said as the user.
 */
export function toHistory(messages: readonly ChatMessage[]): HistoryItem[] {
  const items: HistoryItem[] = [];
  let open: { id: string | undefined; call: CalledFunction }[] = [];
  for (const message of messages) {
    switch (message.role) {
      case 'system': {
        const isLeading = items.every(({ type }) => type === 'system');
        items.push({ type: isLeading ? 'system' : 'user', text: message.content });
        break;
      }
      case 'user':
        items.push({ type: 'user', text: message.content });
        break;
      case 'assistant': {
        const turn = turnOfModel(items);
        if (message.content !== '') turn.push(message.content);
        open = (message.toolCalls ?? []).map(({ id, name, arguments: params }) => ({
          id,
          call: { type: 'functionCall', name, params, result: 'no result' },
        }));
        turn.push(...open.map(({ call }) => call));
        break;
      }
      case 'tool': {
        const asked = open.find(({ id }) => id !== undefined && id === message.toolCallId) ?? open[0];
        open = open.filter((each) => each !== asked);
        if (asked === undefined) items.push({ type: 'user', text: message.content });
        else asked.call.result = message.content;
        break;
      }
    }
  }
  turnOfModel(items);
  return items;
}

function turnOfModel(items: HistoryItem[]): (string | CalledFunction)[] {
  const last = items.at(-1);
  if (last?.type === 'model') return last.response;
  const response: (string | CalledFunction)[] = [];
  items.push({ type: 'model', response });
  return response;
}
