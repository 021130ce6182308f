import { describe, expect, it } from '@jest/globals';
import { findLeakedCalls } from '../../src/agent/leaked-calls.ts';

const read = [{ name: 'read', arguments: { path: 'a.ts' } }];

describe('findLeakedCalls', () => {
  it.each([
    ['{"name": "read", "arguments": {"path": "a.ts"}}'],
    ['{"name": "read", "parameters": {"path": "a.ts"}}'],
    ['{"tool": "read", "args": {"path": "a.ts"}}'],
    ['{"name": "read", "path": "a.ts"}'],
    ['{"type": "function", "function": {"name": "read", "arguments": "{\\"path\\": \\"a.ts\\"}"}}'],
    ['{"function": "read", "input": {"path": "a.ts"}}'],
    ['I will look.\n\n```json\n{"name": "read", "arguments": {"path": "a.ts"}}\n```\nThen I go on.'],
    ['<tool_call>{"name": "read", "arguments": {"path": "a.ts"}}</tool_call>'],
    ['[TOOL_CALLS][{"name": "read", "arguments": {"path": "a.ts"}}]'],
    ['<function=read><parameter=path>a.ts</parameter></function>'],
    ['<function name="read"><parameter name="path">a.ts</parameter></function>'],
  ])('finds the call in %s', (text) => {
    expect(findLeakedCalls(text)).toEqual({ calls: read, broken: false });
  });

  it('finds several, and keeps line ends in their arguments', () => {
    const text =
      '{"name": "read", "arguments": {"path": "a.ts"}}\n{"name": "write", "arguments": {"path": "b", "content": "x\ny"}}';
    expect(findLeakedCalls(text).calls).toEqual([
      ...read,
      { name: 'write', arguments: { path: 'b', content: 'x\ny' } },
    ]);
    expect(findLeakedCalls(`${text}\n`.repeat(20)).calls).toHaveLength(16);
  });

  it.each([
    'The config is:\n{"name": "my-app", "version": "1.0.0"}',
    '{"path": "a.ts"}',
    '[1, 2, 3]',
    'Use <function=deploy><parameter=x>1</parameter></function>',
    'No braces at all.',
    '{"name": 3}',
  ])('leaves alone what is no call of ours: %s', (text) => {
    expect(findLeakedCalls(text)).toEqual({ calls: [], broken: false });
  });

  it.each([
    '{"name": "edit", "arguments": {"path": "a.ts", "old": "x',
    '<function=read><parameter=path>a.ts',
  ])('says that a call is broken: %s', (text) => {
    expect(findLeakedCalls(text)).toEqual({ calls: [], broken: true });
  });

  it('gives a call without usable arguments none', () => {
    expect(findLeakedCalls('{"name": "done", "arguments": "so"}').calls).toEqual([
      { name: 'done', arguments: {} },
    ]);
  });

  it('takes time linear in the text', () => {
    const text = '\n{"name": "read", "arguments": '.repeat(5000);
    expect(findLeakedCalls(text).broken).toBe(true);
  });
});
