import { describe, expect, it } from '@jest/globals';
import { gatherReply } from '../../src/models/ollama-reply.ts';

const asked = { url: 'http://box:11434', model: 'coder:7b' };

async function* stream(...lines: unknown[]): AsyncGenerator {
  for (const line of lines) yield await Promise.resolve(line);
}

function says(message: object): object {
  return { message: { role: 'assistant', content: '', ...message }, done: false };
}

function gather(...lines: unknown[]) {
  return gatherReply(stream(...lines), asked, () => undefined);
}

const done = { done: true, done_reason: 'stop', prompt_eval_count: 7, eval_count: 3 };

describe('gathering a reply', () => {
  it('joins the text and tells of each piece as it comes', async () => {
    const heard: string[] = [];
    const lines = stream(says({ content: 'Hel' }), says({ content: '' }), says({ content: 'lo' }), done);
    const reply = await gatherReply(lines, asked, (text) => heard.push(text));
    expect(reply).toEqual({
      text: 'Hello',
      thinking: '',
      toolCalls: [],
      finish: 'stop',
      usage: { input: 7, output: 3 },
    });
    expect(heard).toEqual(['Hel', 'lo']);
  });

  it('keeps reasoning apart, whether it came by itself or in tags', async () => {
    const reply = await gather(says({ thinking: 'one' }), says({ content: '<think>two</think>four' }), done);
    expect(reply).toMatchObject({ text: 'four', thinking: 'one\n\ntwo' });
  });

  it('takes tool calls with and without ids, arguments or an object around them', async () => {
    const reply = await gather(
      says({
        tool_calls: [
          { id: 'call_1', function: { index: 0, name: 'read', arguments: { path: 'a' } } },
          { function: { name: 'list' } },
        ],
      }),
      says({ tool_calls: [{ function: { name: 'search', arguments: '{"pattern":"x"}' } }] }),
      done,
    );
    expect(reply.finish).toBe('tools');
    expect(reply.toolCalls).toEqual([
      { id: 'call_1', name: 'read', arguments: { path: 'a' } },
      { name: 'list', arguments: {} },
      { name: 'search', arguments: { pattern: 'x' } },
    ]);
  });

  it.each(['{"path": "a', '"text"', '[]'])('refuses the arguments %s', async (given) => {
    const call = says({ tool_calls: [{ function: { name: 'read', arguments: given } }] });
    await expect(gather(call, done)).rejects.toMatchObject({ code: 'MODEL_BAD_TOOL_CALL' });
  });

  it('says that a reply was cut off, also with tool calls', async () => {
    const call = says({ tool_calls: [{ function: { name: 'list', arguments: {} } }] });
    expect(await gather(call, { ...done, done_reason: 'length' })).toMatchObject({ finish: 'length' });
  });

  it('counts nothing when the server does not count', async () => {
    expect(await gather({ done: true })).toMatchObject({ text: '', usage: { input: 0, output: 0 } });
  });

  it('refuses what is not a line of a chat', async () => {
    const reading = gather({ message: 'Hello', done: false });
    await expect(reading).rejects.toMatchObject({ code: 'MODEL_STREAM_BROKEN' });
    await expect(reading).rejects.toThrow(
      "coder:7b at http://box:11434 answered in a shape that is not Ollama's",
    );
  });

  it('stops at two megabytes of text, reasoning and calls together', async () => {
    const much = 'x'.repeat(1024 * 1024);
    const lines = [says({ content: much }), says({ thinking: much })];
    await expect(gather(...lines, done)).resolves.toMatchObject({ finish: 'stop' });
    await expect(gather(...lines, says({ content: 'x' }), done)).rejects.toThrow(
      'more than 2097152 characters',
    );
    const call = { function: { name: 'write', arguments: { content: much } } };
    await expect(gather(...lines, says({ tool_calls: [call] }))).rejects.toThrow('more than 2097152');
  });
});
