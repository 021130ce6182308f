import { describe, expect, it } from '@jest/globals';
import { compactMessages, removedOutput } from '../../src/agent/compact.ts';
import type { ChatMessage } from '../../src/domain/chat.ts';

const head: ChatMessage[] = [
  { role: 'system', content: 'rules' },
  { role: 'user', content: 'the task' },
];

function turn(index: number, { output = 1000, argument = 10 } = {}): ChatMessage[] {
  const path = `${'p'.repeat(argument)}${index}`;
  return [
    { role: 'assistant', content: '', toolCalls: [{ name: 'read', arguments: { path } }] },
    { role: 'tool', content: `${index} ${'o'.repeat(output)}`, toolName: 'read' },
  ];
}

const turns = (count: number, sizes = {}) =>
  Array.from({ length: count }, (_, index) => turn(index, sizes)).flat();

describe('compactMessages', () => {
  it('leaves alone what fits', () => {
    const messages = [...head, ...turns(3)];
    expect(compactMessages(messages, 100_000)).toEqual(messages);
  });

  it('removes the oldest outputs first, as many as needed', () => {
    const compacted = compactMessages([...head, ...turns(6)], 6000);
    const outputs = compacted.filter(({ role }) => role === 'tool').map(({ content }) => content);
    expect(outputs.map((content) => content === removedOutput)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(compacted.slice(0, 2)).toEqual(head);
    expect(compacted).toHaveLength(14);
  });

  it('shortens the arguments of old calls next', () => {
    const compacted = compactMessages([...head, ...turns(4, { output: 10, argument: 1000 })], 3200);
    const paths = compacted.flatMap((message) =>
      message.role === 'assistant' ? (message.toolCalls ?? []).map((call) => call.arguments['path']) : [],
    );
    expect(paths.map((path) => String(path).length > 100)).toEqual([false, false, true, true]);
  });

  it('removes whole turns last, and keeps what the model was last told', () => {
    const feedback: ChatMessage = { role: 'user', content: 'A check fails.' };
    const messages = [...head, ...turns(30, { output: 100 }), feedback, ...turns(30, { output: 100 })];
    const compacted = compactMessages(messages, 2000);
    expect(compacted.slice(0, 2)).toEqual(head);
    expect(compacted[2]?.content).toContain('Earlier turns were removed');
    expect(compacted[3]).toEqual(feedback);
    expect(compacted[4]?.role).toBe('assistant');
    expect(compacted.slice(-4)).toEqual(messages.slice(-4));
  });
});
