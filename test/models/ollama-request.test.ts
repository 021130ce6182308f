import { describe, expect, it } from '@jest/globals';
import type { ModelFacts } from '../../src/domain/chat.ts';
import { chatBody, loadBody } from '../../src/models/ollama-request.ts';

const settings = { contextLength: 8192, keepAlive: '30m' };

function facts(found: Partial<ModelFacts> = {}): ModelFacts {
  return { id: 'ollama/coder:7b', capabilities: ['completion'], contextLength: 32_768, ...found };
}

const hello = { model: 'ollama/coder:7b', messages: [{ role: 'user' as const, content: 'Hello?' }] };

describe('the body of a chat', () => {
  it('always says how large the window is and that nothing may be cut', () => {
    expect(chatBody('coder:7b', hello, facts(), settings)).toEqual({
      model: 'coder:7b',
      messages: [{ role: 'user', content: 'Hello?' }],
      stream: true,
      truncate: false,
      shift: false,
      keep_alive: '30m',
      options: { num_ctx: 8192, num_predict: 4096, temperature: 0.2 },
    });
  });

  it.each([
    [2048, 2048],
    [131_072, 8192],
    [null, 8192],
  ])('with a model that allows %s tokens asks for %s, to load it as well', (contextLength, window) => {
    const known = facts({ contextLength });
    expect(chatBody('m', hello, known, settings).options?.num_ctx).toBe(window);
    expect(loadBody('m', known, settings).options.num_ctx).toBe(window);
  });

  it.each([
    [['completion'], undefined, undefined, 0.2],
    [['completion'], true, undefined, 0.2],
    [['completion', 'thinking'], undefined, true, 0.6],
    [['completion', 'thinking'], true, true, 0.6],
    [['completion', 'thinking'], false, false, 0.2],
  ])('for %j asked to think: %s says think: %s, temperature %s', (capabilities, think, sent, temperature) => {
    const request = think === undefined ? hello : { ...hello, think };
    const body = chatBody('m', request, facts({ capabilities }), settings);
    expect(body.think).toBe(sent);
    expect('think' in body).toBe(sent !== undefined);
    expect(body.options?.temperature).toBe(temperature);
  });

  it('passes on what the request chooses', () => {
    const format = { type: 'object' };
    const tools = [{ name: 'read', description: 'Reads.', parameters: { type: 'object' } }];
    const request = { ...hello, temperature: 0, maxOutputTokens: 100, format, tools };
    expect(chatBody('m', request, facts(), settings)).toMatchObject({
      options: { num_predict: 100, temperature: 0 },
      format,
      tools: [{ type: 'function', function: tools[0] }],
    });
    expect(chatBody('m', { ...hello, tools: [] }, facts(), settings)).not.toHaveProperty('tools');
  });

  it('writes every kind of turn as Ollama reads it', () => {
    const call = { id: 'call_1', name: 'read', arguments: { path: 'a' } };
    const body = chatBody(
      'm',
      {
        model: 'm',
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'assistant', content: 'Reading.', toolCalls: [call, { name: 'list', arguments: {} }] },
          { role: 'tool', content: 'text', toolName: 'read', toolCallId: 'call_1' },
          { role: 'tool', content: 'names', toolName: 'list' },
          { role: 'assistant', content: 'Done.', toolCalls: [] },
        ],
      },
      facts(),
      settings,
    );
    expect(body.messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      {
        role: 'assistant',
        content: 'Reading.',
        tool_calls: [
          { id: 'call_1', function: { name: 'read', arguments: { path: 'a' } } },
          { function: { name: 'list', arguments: {} } },
        ],
      },
      { role: 'tool', content: 'text', tool_name: 'read', tool_call_id: 'call_1' },
      { role: 'tool', content: 'names', tool_name: 'list' },
      { role: 'assistant', content: 'Done.' },
    ]);
  });
});
