import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startFakeOllama } from '../support/fake-ollama.ts';
import { ollamaFor, question, unaborted } from '../support/ollama-under-test.ts';

const closed = (failures: number) => ({
  state: 'CLOSED',
  failures,
  openedAt: null,
  nextAttemptAt: null,
});

const tools = [{ name: 'read', description: 'Reads a file.', parameters: { type: 'object' } }];

describe('a chat', () => {
  it('brings back what the model said and what it cost', async () => {
    await using fake = await startFakeOllama({ script: ['Good day to you.'] });
    await using ollama = ollamaFor([fake]);
    const heard: string[] = [];
    const reply = await ollama.chat(question({ onText: (text) => heard.push(text) }), unaborted());
    expect(reply).toMatchObject({ text: 'Good day to you.', thinking: '', toolCalls: [], finish: 'stop' });
    expect(reply.usage.input).toBeGreaterThan(0);
    expect(reply.usage.output).toBe(heard.length);
    expect(heard.join('')).toBe('Good day to you.');
  });

  it('asks as the protocol says, with the same window every time', async () => {
    await using fake = await startFakeOllama({
      models: [{ name: 'coder:7b', contextLength: 2048 }],
      script: ['one', 'two'],
    });
    await using ollama = ollamaFor([fake]);
    await ollama.warmUp('coder:7b', unaborted());
    await ollama.chat(question(), unaborted());
    await ollama.chat(question({ tools, maxOutputTokens: 10 }), unaborted());
    const load = await fake.received('/api/generate');
    expect(load.body).toMatchObject({ model: 'coder:7b', prompt: '', keep_alive: '30m', shift: false });
    for (const body of [...fake.chats(), load.body])
      expect(body).toMatchObject({ options: { num_ctx: 2048 } });
    expect(fake.chats()[1]).toMatchObject({
      model: 'coder:7b',
      stream: true,
      truncate: false,
      shift: false,
      keep_alive: '30m',
      tools: [{ type: 'function', function: tools[0] }],
    });
    expect(await ollama.loaded(unaborted())).toMatchObject([{ id: 'ollama/coder:7b', contextLength: 2048 }]);
  });

  it('brings back tool calls with their ids, which the next turn may answer', async () => {
    await using fake = await startFakeOllama({
      script: [
        { text: 'Reading.', toolCalls: [{ name: 'read', arguments: { path: 'a.ts' } }] },
        'It is empty.',
      ],
    });
    await using ollama = ollamaFor([fake]);
    const first = await ollama.chat(question({ tools }), unaborted());
    expect(first).toMatchObject({ text: 'Reading.', finish: 'tools' });
    const [call] = first.toolCalls;
    expect(call).toEqual({
      id: expect.stringMatching(/^call_\w{8}$/),
      name: 'read',
      arguments: { path: 'a.ts' },
    });
    const answer = { role: 'tool' as const, content: '', toolName: 'read', toolCallId: call?.id ?? '' };
    const turns = [{ role: 'assistant' as const, content: 'Reading.', toolCalls: first.toolCalls }, answer];
    await ollama.chat(question({ tools, messages: turns }), unaborted());
    expect(fake.chats()[1]?.['messages']).toMatchObject([
      { role: 'assistant', tool_calls: [{ id: call?.id, function: { name: 'read' } }] },
      { role: 'tool', tool_name: 'read', tool_call_id: call?.id },
    ]);
  });

  it('thinks apart from its answer, and only where the model can', async () => {
    await using fake = await startFakeOllama({
      models: [{ name: 'thinker', capabilities: ['completion', 'thinking'] }, { name: 'coder:7b' }],
      script: [{ thinking: 'let me see', text: 'four' }, '<think>\nlet me see</think>\n\nfour'],
    });
    await using ollama = ollamaFor([fake]);
    const expected = { text: 'four', thinking: 'let me see' };
    expect(await ollama.chat(question({ model: 'thinker' }), unaborted())).toMatchObject(expected);
    expect(await ollama.chat(question({ think: true }), unaborted())).toMatchObject(expected);
    expect(fake.chats().map((body) => body['think'])).toEqual([true, undefined]);
  });

  it('gives back an answer in a format, an empty one, and one that was cut off, as they are', async () => {
    await using fake = await startFakeOllama({
      script: [
        { json: { verdict: 'approve' } },
        '',
        { text: 'and then', finish: 'length' },
        'one two three four',
      ],
    });
    await using ollama = ollamaFor([fake]);
    const format = { type: 'object', properties: { verdict: { type: 'string' } } };
    const verdict = await ollama.chat(question({ format }), unaborted());
    expect(JSON.parse(verdict.text)).toEqual({ verdict: 'approve' });
    expect(fake.chats()[0]).toMatchObject({ format });
    expect(await ollama.chat(question(), unaborted())).toMatchObject({ text: '', finish: 'stop' });
    expect(await ollama.chat(question(), unaborted())).toMatchObject({ text: 'and then', finish: 'length' });
    const short = await ollama.chat(question({ maxOutputTokens: 2 }), unaborted());
    expect(short).toMatchObject({ text: 'one two', finish: 'length', usage: { output: 2 } });
  });

  it('fails plainly when the prompt does not fit, the model has no tools, or is not there', async () => {
    await using fake = await startFakeOllama({
      models: [{ name: 'coder:7b', contextLength: 512, capabilities: ['completion'] }],
    });
    await using ollama = ollamaFor([fake]);
    const long = question({ messages: [{ role: 'user', content: 'word '.repeat(2000) }] });
    const failures = [
      long,
      question({ tools }),
      question({ model: 'absent' }),
      question({ model: 'openai/gpt' }),
    ];
    const codes = failures.map((request) =>
      ollama.chat(request, unaborted()).catch((error: unknown) => (error as { code?: string }).code),
    );
    expect(await Promise.all(codes)).toEqual([
      'MODEL_CONTEXT_OVERFLOW',
      'MODEL_TOOLS_UNSUPPORTED',
      'MODEL_NOT_FOUND',
      'MODEL_NOT_FOUND',
    ]);
    await expect(ollama.facts('absent', unaborted())).rejects.toThrow('Run `ollama pull absent`.');
  });
});

describe('what is known of a model', () => {
  it('is asked once a minute, and at once after a failure', async () => {
    await using fake = await startFakeOllama({
      script: ['one', 'two', { status: 500, error: 'odd' }, 'three'],
    });
    await using ollama = ollamaFor([fake]);
    const asked = () => fake.requests.filter(({ path }) => path === '/api/show').length;
    await ollama.chat(question(), unaborted());
    await ollama.facts('ollama/coder:7b', unaborted());
    expect(asked()).toBe(1);
    await ollama.clock.advance(60_000);
    await ollama.chat(question(), unaborted());
    expect(asked()).toBe(2);
    await expect(ollama.chat(question(), unaborted())).rejects.toThrow('answered 500: odd');
    await ollama.chat(question(), unaborted());
    expect(asked()).toBe(3);
  });

  it('is its capabilities and its window', async () => {
    await using fake = await startFakeOllama({
      models: [{ name: 'hf.co/x/y', contextLength: 4096, parameterSize: '1.5B', quantization: 'Q8_0' }],
    });
    await using ollama = ollamaFor([fake]);
    expect(await ollama.facts('ollama/hf.co/x/y', unaborted())).toEqual({
      id: 'ollama/hf.co/x/y',
      capabilities: ['completion', 'tools'],
      contextLength: 4096,
      parameterSize: '1.5B',
      quantization: 'Q8_0',
    });
  });
});

describe('several hosts', () => {
  it('are asked in their order for one that has the model', async () => {
    await using small = await startFakeOllama({ models: [{ name: 'small' }] });
    await using large = await startFakeOllama({
      models: [{ name: 'coder:7b' }],
      script: ['from the second'],
    });
    await using ollama = ollamaFor([small, large]);
    expect(await ollama.chat(question(), unaborted())).toMatchObject({ text: 'from the second' });
    expect(small.chats()).toEqual([]);
    await expect(ollama.facts('absent', unaborted())).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });

  it('go on without one that is down, which is the reason only when no other has the model', async () => {
    const down = await startFakeOllama();
    await down.close();
    await using up = await startFakeOllama({ script: ['still here'] });
    await using ollama = ollamaFor([down, up]);
    expect(await ollama.chat(question(), unaborted())).toMatchObject({ text: 'still here' });
    await expect(ollama.facts('absent', unaborted())).rejects.toMatchObject({ code: 'MODEL_UNREACHABLE' });
  });

  it('are left for the next when one goes away after it was chosen', async () => {
    const first = await startFakeOllama({ script: ['one'] });
    await using second = await startFakeOllama({ script: ['two'] });
    await using ollama = ollamaFor([first, second]);
    expect(await ollama.chat(question(), unaborted())).toMatchObject({ text: 'one' });
    await first.close();
    expect(await ollama.chat(question(), unaborted())).toMatchObject({ text: 'two' });
  });

  it('show their models together, each once, and what they hold in memory', async () => {
    await using first = await startFakeOllama({ models: [{ name: 'both' }, { name: 'one' }] });
    await using second = await startFakeOllama({ models: [{ name: 'both' }, { name: 'two' }] });
    const down = await startFakeOllama();
    await down.close();
    await using ollama = ollamaFor([first, second, down]);
    const ids = (await ollama.list(unaborted())).map(({ id }) => id);
    expect(ids).toEqual(['ollama/both:latest', 'ollama/one:latest', 'ollama/two:latest']);
    await ollama.warmUp('ollama/two', unaborted());
    expect(await ollama.loaded(unaborted())).toMatchObject([{ host: second.url, id: 'ollama/two:latest' }]);
  });

  it('are each healthy or not, with the reason', async () => {
    await using well = await startFakeOllama({ version: '0.33.0' });
    const down = await startFakeOllama();
    await down.close();
    await using ollama = ollamaFor([well, down]);
    expect(await ollama.health(unaborted())).toEqual([
      { url: well.url, healthy: true, version: '0.33.0', latencyMs: 0, parallel: 1, circuit: closed(0) },
      {
        url: down.url,
        circuit: closed(1),
        healthy: false,
        version: null,
        latencyMs: 0,
        parallel: 1,
        error: expect.stringContaining(`Ollama at ${down.url} cannot be reached: connect ECONNREFUSED`),
      },
    ]);
  });

  it('that stay silent are unhealthy after five seconds', async () => {
    await using silent = await startFakeOllama({ instead: () => ({ fault: 'hang' }) });
    await using ollama = ollamaFor([silent]);
    const health = ollama.health(unaborted());
    await silent.received('/api/version');
    await ollama.clock.advance(5000);
    const error = `Ollama at ${silent.url} did not answer within 5 s.`;
    expect(await health).toEqual([
      {
        url: silent.url,
        healthy: false,
        version: null,
        latencyMs: 5000,
        parallel: 1,
        circuit: closed(1),
        error,
      },
    ]);
  });

  it('that are none or none that answers are a failure', async () => {
    await using nobody = ollamaFor([]);
    await expect(nobody.list(unaborted())).rejects.toThrow('`ollama.hosts` is empty');
    await expect(nobody.chat(question(), unaborted())).rejects.toThrow('`ollama.hosts` is empty');
    expect(await nobody.health(unaborted())).toEqual([]);
    const down = await startFakeOllama();
    await down.close();
    await using ollama = ollamaFor([down]);
    await expect(ollama.list(unaborted())).rejects.toMatchObject({ code: 'MODEL_UNREACHABLE' });
  });
});

const data = process.env['TICKETMILL_TEST_DATA'];

/** The body of a recorded answer, or its parts when there are several. */
function recorded(prefix: string): string {
  const folder = join(data ?? '', 'ollama-wire');
  const file = readdirSync(folder).find((name) => name.startsWith(prefix)) ?? prefix;
  return readFileSync(join(folder, file), 'utf8')
    .split(/\r?\n\r?\n/)
    .slice(1)
    .join('\n\n');
}

(data ? describe : describe.skip)('what a real server answered (needs TICKETMILL_TEST_DATA)', () => {
  it.each([
    [
      '08-',
      {
        text: 'The capital of France is Paris, which is the capital of the country of France',
        finish: 'length',
      },
    ],
    ['10-', { text: expect.stringContaining('{"name": "run_tests"'), toolCalls: [], finish: 'stop' }],
    ['14-', { text: '{\n    "verdict": "approve"\n}', finish: 'stop', usage: { input: 22, output: 15 } }],
    ['34-', { toolCalls: [{ id: 'call_visp531p', name: 'read_file', arguments: { path: 'src/index.ts' } }] }],
    ['39-', { text: expect.stringContaining('open_package'), toolCalls: [], finish: 'stop' }],
    ['40-', { toolCalls: [{ id: 'call_mhclyuz8', name: 'run_tests' }], finish: 'tools', text: '' }],
  ])('in recording %s is read whole', async (prefix, expected) => {
    await using fake = await startFakeOllama({ script: [{ fault: 'bytes', pieces: [recorded(prefix)] }] });
    await using ollama = ollamaFor([fake]);
    expect(await ollama.chat(question(), unaborted())).toMatchObject(expected);
  });

  it('of its models is read as well', async () => {
    const answers: Record<string, string> = { '/api/tags': '03-', '/api/show': '04-', '/api/ps': '07-' };
    await using fake = await startFakeOllama({
      instead: ({ path }) => ({ fault: 'bytes', pieces: [recorded(answers[path] ?? '01-')] }),
    });
    await using ollama = ollamaFor([fake]);
    expect(await ollama.health(unaborted())).toMatchObject([{ healthy: true, version: '0.33.0-rc2' }]);
    expect(await ollama.facts('tinyllama-tools', unaborted())).toEqual({
      id: 'ollama/tinyllama-tools',
      capabilities: ['completion', 'tools'],
      contextLength: 2048,
      parameterSize: '1.1B',
      quantization: 'IQ2_XXS',
    });
    expect(await ollama.list(unaborted())).toHaveLength(5);
    expect((await ollama.loaded(unaborted()))[0]).toMatchObject({
      id: 'ollama/tinyllama-tools:latest',
      contextLength: 2048,
      sizeBytes: 421_611_437,
      vramBytes: 0,
    });
  });
});
