import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/domain/failure.ts';
import type { ChatModel } from '../../src/ports.ts';
import { calls, coderAt, codingBench, withTools, type BenchOptions } from '../support/coding-bench.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { startFakeOllama, type FakeAnswer } from '../support/fake-ollama.ts';
import { ollamaFor } from '../support/ollama-under-test.ts';
import { scriptedModel } from '../support/scripted-model.ts';
import { block } from './edit-bench.ts';

const directory = temporaryDirectories();
const hello = block('src/greet.js', "  return 'Hi ' + name;", "  return 'Hello ' + name;");
const edit = { path: 'src/greet.js', old: "'Hi '", new: "'Hello '" };

describe('the protocol', () => {
  it.each([
    ['auto', withTools, true],
    ['auto', { capabilities: ['completion'] }, false],
    ['tools', { capabilities: ['completion'] }, true],
    ['blocks', withTools, false],
  ] as const)('%s, with a model that has %j', async (protocol, { capabilities }, usesTools) => {
    const made = await codingBench(directory(), [hello], {
      facts: { capabilities: [...capabilities] },
      job: { protocol },
    });
    expect(await made.work()).toMatchObject({ end: 'finished' });
    expect(made.model.requests[0]?.tools !== undefined).toBe(usesTools);
    expect(made.model.requests[0]).not.toHaveProperty('temperature');
    expect(made.model.requests[0]?.maxOutputTokens).toBe(4096);
  });
});

describe('progress', () => {
  it('names the step, the action, and its object in one short line', async () => {
    const made = await codingBench(
      directory(),
      [
        calls(['search', { pattern: `${'long '.repeat(100)}\nline` }], ['list', {}]),
        calls(['write', { path: 'a.txt', content: 'a' }]),
        calls(['done', { summary: 'Wrote a.txt.' }]),
      ],
      { facts: withTools },
    );
    await made.work();
    expect(made.steps.map(({ step, action }) => [step, action])).toEqual([
      [1, 'search'],
      [1, 'list'],
      [2, 'write'],
      [3, 'done'],
    ]);
    for (const { detail } of made.steps) {
      expect(detail.length).toBeLessThanOrEqual(120);
      expect(detail).not.toContain('\n');
    }
  });
});

describe('a server that could not be asked what the model can do', () => {
  it('is asked again in the next stretch', async () => {
    const gone = new Failure('MODEL_UNREACHABLE', 'nobody there');
    const model = scriptedModel([hello]);
    let isUp = false;
    const patchy: ChatModel = {
      chat: (request, signal) => model.chat(request, signal),
      facts: (name, signal) => (isUp ? model.facts(name, signal) : Promise.reject(gone)),
    };
    const made = await coderAt(directory(), patchy, {});
    await expect(made.work()).rejects.toBe(gone);
    isUp = true;
    expect(await made.work()).toMatchObject({ end: 'finished' });
  });
});

describe('abort', () => {
  it('ends the stretch with the reason of the signal', async () => {
    const reason = new Error('stopped');
    const made = await codingBench(directory(), [hello]);
    await expect(made.session.work(null, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe('on the wire of Ollama', () => {
  async function onOllama(capabilities: string[], script: FakeAnswer[], options: BenchOptions = {}) {
    const server = await startFakeOllama({ models: [{ name: 'coder:7b', capabilities }], script });
    const ollama = ollamaFor([server]);
    const made = await coderAt(directory(), ollama, { contextLength: 8192, ...options });
    const release = async () => {
      await ollama.close();
      await server.close();
    };
    return { ...made, server, [Symbol.asyncDispose]: release };
  }

  it('works by native tool calls', async () => {
    await using made = await onOllama(
      ['completion', 'tools'],
      [
        { toolCalls: [{ name: 'read', arguments: { path: 'src/greet.js' } }] },
        { text: 'I change it.', toolCalls: [{ name: 'edit', arguments: edit }] },
        { toolCalls: [{ name: 'done', arguments: { summary: 'Says Hello.' } }] },
      ],
    );
    expect(await made.work()).toMatchObject({ end: 'finished', summary: 'Says Hello.', requests: 3 });
    expect(await made.read('src/greet.js')).toContain("'Hello ' + name");
    const chats = made.server.chats() as { tools: { function: { name: string } }[]; messages: object[] }[];
    const [first, , third] = chats;
    // What a server has read once it need not read again: each request begins with the one before.
    for (const [index, before] of chats.slice(0, -1).entries()) {
      const { tools, messages } = chats[index + 1] ?? { messages: [] };
      expect({ tools, messages: messages.slice(0, before.messages.length) }).toEqual({
        tools: before.tools,
        messages: before.messages,
      });
    }
    expect(first?.tools.map((tool) => tool.function.name)).toEqual([
      'read',
      'edit',
      'write',
      'search',
      'list',
      'run',
      'done',
    ]);
    expect(first).toMatchObject({ options: { num_ctx: 8192, num_predict: 4096, temperature: 0.2 } });
    expect(third?.messages.at(-1)).toMatchObject({
      role: 'tool',
      tool_name: 'edit',
      tool_call_id: expect.any(String),
    });
  });

  it('works by edits in text', async () => {
    await using made = await onOllama(['completion'], [`I change the greeting.\n\n${hello}`]);
    expect(await made.work()).toMatchObject({
      end: 'finished',
      summary: 'I change the greeting.',
      requests: 1,
    });
    expect(await made.read('src/greet.js')).toContain("'Hello ' + name");
    expect(made.server.chats()[0]).not.toHaveProperty('tools');
  });

  it('changes over when the server turns out to refuse tools', async () => {
    await using made = await onOllama(
      ['completion', 'tools'],
      [{ status: 400, error: 'registry.ollama.ai/library/coder:7b does not support tools' }, hello],
    );
    expect(await made.work()).toMatchObject({ end: 'finished', requests: 2 });
    expect(await made.read('src/greet.js')).toContain("'Hello ' + name");
  });
});

describe('the size of the first request', () => {
  it('is small in both protocols', async () => {
    const task = { id: '1', title: 'Say hello', brief: 'Greet with Hello.', criteria: [], notes: '' };
    const sizes = [];
    for (const facts of [withTools, { capabilities: ['completion'] }]) {
      const made = await codingBench(directory(), [hello], { facts, job: { task } });
      await made.work();
      const { messages, tools } = made.model.requests[0] ?? { messages: [], tools: [] };
      const fixed = (messages[0]?.content ?? '') + (tools === undefined ? '' : JSON.stringify(tools));
      expect(Buffer.byteLength(fixed) / 3.2).toBeLessThan(1500);
      sizes.push(Buffer.byteLength(JSON.stringify({ messages, tools })));
    }
    expect(Math.max(...sizes)).toBeLessThan(4400);
  });
});
