import { describe, expect, it } from '@jest/globals';
import type { Event } from '../../src/domain/event.ts';
import { Failure } from '../../src/domain/failure.ts';
import { createCloud } from '../../src/models/cloud.ts';
import type { Cloud, CloudOptions } from '../../src/models/cloud.ts';
import { keepsTheContract } from '../support/chat-contract.ts';
import type { ContractAnswer, Contracted } from '../support/chat-contract.ts';
import { manualClock } from '../support/clock.ts';
import type { ManualClock } from '../support/clock.ts';
import { cloudFormats } from '../support/cloud-formats.ts';
import type { CloudFormat } from '../support/cloud-formats.ts';
import { startFakeCloud } from '../support/fake-cloud.ts';
import type { CloudAnswer, FakeCloud } from '../support/fake-cloud.ts';
import { question, unaborted } from '../support/ollama-under-test.ts';

const key = ['made', 'up', 'for', 'a', 'test'].join('-');
const model = 'box/able-1';

type UnderTest = Cloud & AsyncDisposable & { clock: ManualClock; events: Event[] };

function cloudAt(url: string, { kind }: CloudFormat, options: Partial<CloudOptions> = {}): UnderTest {
  const clock = manualClock();
  const events: Event[] = [];
  const cloud = createCloud(
    {
      providers: [{ name: 'box', kind, url, key }],
      limits: { timeout: 1_800_000, firstTokenTimeout: 900_000, stallTimeout: 120_000 },
      circuit: { failureThreshold: 3, successThreshold: 1, halfOpenRequests: 1, resetTimeout: 30_000 },
      windows: {},
      ...options,
    },
    clock,
    (event) => void events.push(event),
  );
  return { ...cloud, clock, events, [Symbol.asyncDispose]: () => cloud.close() };
}

async function failureOf(answer: CloudAnswer, format: CloudFormat): Promise<Failure> {
  await using fake = await startFakeCloud(format, answer);
  await using cloud = cloudAt(fake.url, format);
  const error = await cloud.chat(question({ model }), unaborted()).catch((reason: unknown) => reason);
  if (error instanceof Failure) return error;
  throw new Error(`expected a failure, got ${JSON.stringify(error)}`);
}

async function contracted(format: CloudFormat, answers: readonly ContractAnswer[]): Promise<Contracted> {
  const fake = await startFakeCloud(format, ...answers.map(asCloud));
  const cloud = cloudAt(fake.url, format);
  return {
    ...cloud,
    model,
    ...(format.kind === 'google' ? { mark: 'c2lnbmVk' } : {}),
    received: () => fake.received(),
    sent: (at) => JSON.stringify(fake.requests[at]?.body),
    ended: async () => fake.requests.at(-1)?.ended,
    answers: () => cloud.answers('box'),
    async [Symbol.asyncDispose]() {
      await cloud.close();
      await fake[Symbol.asyncDispose]();
    },
  };
}

function asCloud({ fault, ...reply }: ContractAnswer): CloudAnswer {
  if (fault === undefined) return reply;
  return fault === 'hang' ? { fault } : { fault, text: reply.text ?? '' };
}

function headersOf(fake: FakeCloud): Record<string, string | string[] | undefined> {
  return fake.requests[0]?.headers ?? {};
}

const readTool = {
  name: 'read',
  description: 'Shows a file.',
  parameters: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
};

describe.each(cloudFormats.map((format) => [format.kind, format] as const))(
  'in the format of %s',
  (_kind, format) => {
    keepsTheContract((...answers) => contracted(format, answers));

    it('the key travels in its header alone', async () => {
      await using fake = await startFakeCloud(format);
      await using cloud = cloudAt(fake.url, format);
      await cloud.chat(question({ model }), unaborted());
      expect(fake.requests[0]?.path.split('?')[0]).toBe(format.path('able-1'));
      expect(format.keyOf(headersOf(fake))).toBe(key);
      expect(JSON.stringify(fake.requests[0]?.body)).not.toContain(key);
      expect(fake.requests[0]?.path).not.toContain(key);
    });

    it.each<[what: string, answer: CloudAnswer, code: string]>([
      ['a key that is not accepted', { refuse: 401, message: 'invalid x-api-key' }, 'MODEL_KEY_REFUSED'],
      ['a key without the right', { refuse: 403, message: 'no access' }, 'MODEL_KEY_REFUSED'],
      [
        'a key that Google knows not',
        { refuse: 400, message: 'API key not valid. Please pass a valid API key.' },
        'MODEL_KEY_REFUSED',
      ],
      ['no credit left', { refuse: 402, message: 'Payment required' }, 'MODEL_CREDIT_SPENT'],
      [
        'no credit, said as too many requests',
        { refuse: 429, message: 'You exceeded it', type: 'insufficient_quota' },
        'MODEL_CREDIT_SPENT',
      ],
      [
        'no credit, said as a bad request',
        { refuse: 400, message: 'Your credit balance is too low to access the API.' },
        'MODEL_CREDIT_SPENT',
      ],
      [
        'too many requests',
        { refuse: 429, message: 'Rate limit reached for requests' },
        'MODEL_RATE_LIMITED',
      ],
      [
        'a model that is not there',
        { refuse: 404, message: 'The model `able-1` does not exist' },
        'MODEL_NOT_FOUND',
      ],
      [
        'a model that is not there, as a bad request',
        { refuse: 400, message: 'able-1 is not a valid model ID', type: 'model_not_found' },
        'MODEL_NOT_FOUND',
      ],
      [
        'a prompt that does not fit',
        { refuse: 400, message: "This model's maximum context length is 8192 tokens." },
        'MODEL_CONTEXT_OVERFLOW',
      ],
      [
        'a prompt that does not fit, in other words',
        { refuse: 400, message: 'prompt is too long: 210000 tokens > 200000 maximum' },
        'MODEL_CONTEXT_OVERFLOW',
      ],
      [
        'a request that is too large',
        { refuse: 413, message: 'Request too large' },
        'MODEL_CONTEXT_OVERFLOW',
      ],
      ['no tools', { refuse: 400, message: 'able-1 does not support tools' }, 'MODEL_TOOLS_UNSUPPORTED'],
      [
        'no tools, of a router',
        { refuse: 404, message: 'No endpoints found that support tool use.' },
        'MODEL_TOOLS_UNSUPPORTED',
      ],
      ['a filter', { refuse: 400, message: 'blocked by our content management policy' }, 'MODEL_REFUSED'],
      ['a bad request', { refuse: 400, message: 'messages: at least one is required' }, 'MODEL_BAD_REQUEST'],
      ['a server that is busy', { refuse: 503, message: 'The engine is overloaded' }, 'MODEL_OVERLOADED'],
      [
        'a server that is busy, in a status of its own',
        { refuse: 529, message: 'Overloaded', type: 'overloaded_error' },
        'MODEL_OVERLOADED',
      ],
      ['a gateway', { raw: '<html>bad gateway</html>', status: 502 }, 'MODEL_UNREACHABLE'],
      ['a gateway that waited too long', { refuse: 504, message: 'timeout' }, 'MODEL_TIMEOUT'],
      ['a fault of the server', { refuse: 500, message: 'Internal error' }, 'MODEL_STREAM_BROKEN'],
      ['no memory', { refuse: 500, message: 'CUDA out of memory' }, 'MODEL_OUT_OF_MEMORY'],
      [
        'another address',
        { raw: '', status: 307, headers: { location: 'https://elsewhere.example' } },
        'MODEL_UNREACHABLE',
      ],
      ['a page in place of a stream', { raw: '<html>Welcome</html>' }, 'MODEL_STREAM_BROKEN'],
      ['a stream without an end', { fault: 'cut', text: 'half an' }, 'MODEL_STREAM_BROKEN'],
      ['a connection that is reset', { fault: 'reset', text: 'half an' }, 'MODEL_STREAM_BROKEN'],
      ['half an event', { fault: 'half', text: 'half an' }, 'MODEL_STREAM_BROKEN'],
      ['an error in a stream', { fault: 'error', text: 'half an' }, 'MODEL_STREAM_BROKEN'],
      ['an error before the first word', { fault: 'error', text: '' }, 'MODEL_STREAM_BROKEN'],
      [
        'an overload in a stream',
        { fault: 'error', text: 'half an', message: 'Overloaded', type: 'overloaded_error' },
        'MODEL_OVERLOADED',
      ],
      ['one endless line', { raw: `data: ${'x'.repeat(1_100_000)}` }, 'MODEL_STREAM_BROKEN'],
      ['an answer cut by a filter', { text: 'I', finish: 'filter' }, 'MODEL_REFUSED'],
    ])('%s is a failure of its class', async (_what, answer, code) => {
      const failure = await failureOf(answer, format);
      expect(failure.code).toBe(code);
      expect(failure.message).toContain('box/able-1 at http://127.0.0.1:');
    });

    it('what a server echoes of the key is taken out', async () => {
      const failure = await failureOf({ refuse: 401, message: `Incorrect API key provided: ${key}` }, format);
      expect(`${failure.message} ${(failure.cause as Error).message}`).not.toContain(key);
      expect(failure.message).toContain('[key]');
    });

    it('a wish to wait is handed on', async () => {
      const headers = { 'retry-after': '17' };
      const failure = await failureOf({ refuse: 429, message: 'slow down', headers }, format);
      expect(failure.retryAfterSeconds).toBe(17);
    });
  },
);

const [openAi, compatible] = cloudFormats as [CloudFormat, CloudFormat];

describe('a provider', () => {
  it('is left alone while it fails, tried after a while, and trusted again', async () => {
    const down: CloudAnswer = { refuse: 503, message: 'busy' };
    await using fake = await startFakeCloud(openAi, down, down, down);
    await using cloud = cloudAt(fake.url, openAi);
    const ask = () => cloud.chat(question({ model }), unaborted()).catch((error: unknown) => error);
    for (let count = 0; count < 3; count += 1)
      expect(await ask()).toMatchObject({ code: 'MODEL_OVERLOADED' });
    expect(cloud.answers('box')).toBe(false);
    expect(cloud.circuits()).toEqual({ [fake.url]: 'OPEN' });
    expect(await ask()).toMatchObject({ code: 'MODEL_CIRCUIT_OPEN' });
    expect(fake.requests).toHaveLength(3);
    await cloud.clock.advance(30_000);
    expect(await ask()).toMatchObject({ text: 'Well.' });
    expect(cloud.events.map((event) => event.type === 'circuit:changed' && event.to)).toEqual([
      'OPEN',
      'HALF_OPEN',
      'CLOSED',
    ]);
  });

  it('is not blamed for a missing model or a bad request, and is for a key that nobody accepts', async () => {
    const bad: CloudAnswer = { refuse: 400, message: 'bad' };
    const none: CloudAnswer = { refuse: 404, message: 'not found' };
    const wrong: CloudAnswer = { refuse: 401, message: 'who?' };
    await using fake = await startFakeCloud(openAi, bad, none, bad, none, wrong, wrong, wrong);
    await using cloud = cloudAt(fake.url, openAi);
    const ask = () => cloud.chat(question({ model }), unaborted()).catch((error: unknown) => error);
    for (let count = 0; count < 4; count += 1) await ask();
    expect(cloud.answers('box')).toBe(true);
    for (let count = 0; count < 3; count += 1) await ask();
    expect(cloud.answers('box')).toBe(false);
  });

  it('that is not to be reached says so', async () => {
    const fake = await startFakeCloud(openAi);
    await fake[Symbol.asyncDispose]();
    await using cloud = cloudAt(fake.url, openAi);
    await expect(cloud.chat(question({ model }), unaborted())).rejects.toMatchObject({
      code: 'MODEL_UNREACHABLE',
    });
  });

  it('that is not set up is off', async () => {
    await using cloud = cloudAt('http://127.0.0.1:9', openAi);
    await expect(cloud.chat(question({ model: 'other/x' }), unaborted())).rejects.toMatchObject({
      code: 'MODEL_OFF',
    });
    await expect(cloud.facts('able-1', unaborted())).rejects.toMatchObject({ code: 'MODEL_OFF' });
    expect(cloud.answers('other')).toBe(false);
  });

  it('tells of a model what the config knows', async () => {
    await using cloud = cloudAt('http://127.0.0.1:9', openAi, { windows: { [model]: 65_536 } });
    expect(await cloud.facts(model, unaborted())).toEqual({
      id: model,
      capabilities: ['completion', 'tools'],
      contextLength: 65_536,
    });
  });

  it('of a compatible kind needs no key, and its thoughts are kept apart', async () => {
    await using fake = await startFakeCloud(compatible, { text: 'Done.', thinking: 'Hm. ' });
    const providers = [{ name: 'box', kind: 'compatible' as const, url: fake.url, key: null }];
    await using cloud = cloudAt(fake.url, compatible, { providers });
    expect(await cloud.chat(question({ model }), unaborted())).toMatchObject({
      text: 'Done.',
      thinking: 'Hm.',
    });
    expect(headersOf(fake)).not.toHaveProperty('authorization');
  });

  it('that writes arguments nobody can read has called no tool', async () => {
    const toolCalls = [{ name: 'read', arguments: '{"path": a.ts}' }];
    await using fake = await startFakeCloud(openAi, { toolCalls });
    await using cloud = cloudAt(fake.url, openAi);
    const asked = cloud.chat(question({ model, tools: [readTool] }), unaborted());
    await expect(asked).rejects.toMatchObject({ code: 'MODEL_BAD_TOOL_CALL' });
  });
});
