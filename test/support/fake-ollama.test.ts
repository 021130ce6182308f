import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startFakeOllama } from './fake-ollama.ts';
import type { FakeAnswer, FakeOllama } from './fake-ollama.ts';

type Line = {
  message?: {
    content?: string;
    thinking?: string;
    tool_calls?: { function: { name: string; arguments: object } }[];
  };
  done?: boolean;
  done_reason?: string;
  error?: string;
};

type Recording = {
  method: string;
  path: string;
  sent: string;
  status: number;
  headers: Headers;
  body: string;
};

const models = [
  { name: 'random-qwen2:tiny', capabilities: ['completion'], family: 'qwen2' },
  { name: 'stories:15m', capabilities: ['completion'], contextLength: 128 },
  { name: 'tinyllama-tools', capabilities: ['completion', 'tools'], contextLength: 2048 },
  { name: 'all-minilm:22m', capabilities: ['completion'], family: 'bert', embeddingLength: 384 },
];

function post(fake: FakeOllama, path: string, body: unknown): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(`${fake.url}${path}`, {
    method: 'POST',
    body: text,
    headers: { 'content-type': 'application/json' },
  });
}

function chat(fake: FakeOllama, more: object = {}): Promise<Response> {
  return post(fake, '/api/chat', {
    model: 'coder:7b',
    messages: [{ role: 'user', content: 'Hello?' }],
    ...more,
  });
}

function linesOf(text: string): Line[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Line);
}

/** Keys and kinds of values; of a list, those of its first entry. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]));
}

const data = process.env['TICKETMILL_TEST_DATA'];
const folder = join(data ?? '', 'ollama-wire');
const files = data ? readdirSync(folder) : ['none'];

const notSpoken: Record<string, string> = {
  '10': 'a half tool call that Ollama only gives up on at the very end',
  '32': "OpenAI's protocol",
  '33': 'deletes a model',
  '35': 'makes a model',
  '36': 'deletes a model',
  '37': 'generates without a chat',
};

/** Compared by what they have in common, below. */
const compared: Record<string, (recording: Recording, fake: FakeOllama) => Promise<void>> = {
  '03': compareTags,
  '04': compareShow,
  '07': compareLoaded,
  '23': compareCutPrompt,
  '24': compareLongPrompt,
  '27': comparePull,
  '29': compareLoaded,
  '38': compareLoaded,
};

(data ? describe : describe.skip)(
  'the fake answers like a recorded Ollama (needs TICKETMILL_TEST_DATA)',
  () => {
    it.each(files.filter((file) => !(file.slice(0, 2) in notSpoken)))('%s', async (file) => {
      const recording = readRecording(file);
      await using fake = await startFakeOllama({ models, script: [replyOf(recording)] });
      await (compared[file.slice(0, 2)] ?? compareWhole)(recording, fake);
    });
  },
);

async function compareWhole(recording: Recording, fake: FakeOllama): Promise<void> {
  const { response, text } = await replay(recording, fake);
  expect(response.status).toBe(recording.status);
  expect(frame(response.headers)).toEqual(frame(recording.headers));
  const isJson = recording.headers.get('content-type')?.includes('json');
  const [ours, theirs] = isJson ? [linesOf(text), linesOf(recording.body)] : [[text], [recording.body]];
  expect(ours.map(shape)).toEqual(theirs.map(shape));
  expect(ours.map(meaning)).toEqual(theirs.map(meaning));
}

async function compareTags(recording: Recording, fake: FakeOllama): Promise<void> {
  const { response, text } = await replay(recording, fake);
  expect(frame(response.headers)).toEqual(frame(recording.headers));
  const entry = (body: string) =>
    (JSON.parse(body) as { models: { name: string }[] }).models.find(({ name }) =>
      name.startsWith('tinyllama-tools'),
    );
  expect(shape(entry(text))).toEqual(shape(entry(recording.body)));
  expect(entry(text)?.name).toBe(entry(recording.body)?.name);
}

async function compareShow(recording: Recording, fake: FakeOllama): Promise<void> {
  const { response, text } = await replay(recording, fake);
  expect(response.headers.get('content-type')).toBe(recording.headers.get('content-type'));
  const [ours, theirs] = [text, recording.body].map((body) => JSON.parse(body) as { model_info: object });
  expect({ ...(shape(ours) as object), model_info: 0 }).toEqual({
    ...(shape(theirs) as object),
    model_info: 0,
  });
  const common = Object.keys(ours?.model_info ?? {});
  expect(Object.keys(theirs?.model_info ?? {})).toEqual(
    expect.arrayContaining(common.filter((key) => !key.endsWith('tokens'))),
  );
  expect(common).toContain('llama.context_length');
}

async function compareLoaded(recording: Recording, fake: FakeOllama): Promise<void> {
  await post(fake, '/api/generate', {
    model: 'tinyllama-tools',
    keep_alive: '5m',
    options: { num_ctx: 2048 },
  });
  const { text } = await replay(recording, fake);
  expect(shape(JSON.parse(text))).toEqual(shape(JSON.parse(recording.body)));
  await post(fake, '/api/generate', { model: 'tinyllama-tools', keep_alive: 0 });
  expect(await (await fetch(`${fake.url}/api/ps`)).json()).toEqual({ models: [] });
}

async function compareCutPrompt(recording: Recording, fake: FakeOllama): Promise<void> {
  const response = await post(fake, '/api/chat', { ...longChat, stream: false });
  expect(response.status).toBe(recording.status);
  expect(frame(response.headers)).toEqual(frame(recording.headers));
  const answer = (await response.json()) as { prompt_eval_count: number };
  expect(shape(answer)).toEqual(shape(JSON.parse(recording.body)));
  expect(answer.prompt_eval_count).toBeLessThanOrEqual(2048);
}

async function compareLongPrompt(recording: Recording, fake: FakeOllama): Promise<void> {
  const response = await post(fake, '/api/chat', { ...longChat, truncate: false });
  expect(response.status).toBe(recording.status);
  expect(frame(response.headers)).toEqual(frame(recording.headers));
  const inner = (body: string) => JSON.parse((JSON.parse(body) as { error: string }).error) as WireError;
  type WireError = { error: { message: string; type: string } };
  const [ours, theirs] = [inner(await response.text()), inner(recording.body)];
  expect(shape(ours)).toEqual(shape(theirs));
  expect(ours.error.type).toBe(theirs.error.type);
  expect(ours.error.message.replace(/\d+/g, 'N')).toBe(theirs.error.message.replace(/\d+/g, 'N'));
}

async function comparePull(recording: Recording, fake: FakeOllama): Promise<void> {
  const { response, text } = await replay(recording, fake);
  expect(frame(response.headers)).toEqual(frame(recording.headers));
  expect(linesOf(text).map(shape)).toEqual(linesOf(recording.body).map(shape));
}

const longChat = {
  model: 'tinyllama-tools',
  messages: [{ role: 'user', content: 'word '.repeat(4000) }],
  options: { num_ctx: 2048, num_predict: 4 },
};

function readRecording(file: string): Recording {
  const text = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n');
  const [request = '', status = '', ...rest] = text.startsWith('###') ? text.split('\n') : afterLog(text);
  const end = rest.indexOf('');
  const [, verb, url = '', sent] = /^### (?:-X (\w+) )?(\S+)(?:.*? -d (.*))?$/.exec(request) ?? [];
  return {
    method: verb ?? (sent === undefined ? 'GET' : 'POST'),
    path: new URL(url).pathname,
    sent: sent ?? '',
    status: Number(status.split(' ')[1]),
    headers: new Headers(
      rest.slice(0, end).map((line) => line.split(/: (.*)/).slice(0, 2) as [string, string]),
    ),
    body: rest
      .slice(end + 1)
      .join('\n')
      .trim()
      .replaceAll('<MODEL-REGISTRY>', 'registry.ollama.ai'),
  };
}

/** One recording is three lines of the server's log and then the body of `/api/ps`. */
function afterLog(text: string): string[] {
  return ['### http://127.0.0.1:11434/api/ps', 'HTTP/1.1 200 OK', '', text.split('\n').at(3) ?? ''];
}

/** The recorded answer as the script of the fake. */
function replyOf({ body, headers }: Recording): FakeAnswer {
  if (!headers.get('content-type')?.includes('json')) return '';
  const lines = linesOf(body);
  const calls = lines.flatMap(({ message }) => message?.tool_calls ?? []);
  const text = lines.map(({ message }) => message?.content ?? '').filter((piece) => piece !== '');
  return {
    text,
    ...(calls.length === 0 ? {} : { toolCalls: calls.map((call) => call.function as never) }),
    ...(lines.at(-1)?.done_reason === 'length' ? { finish: 'length' as const } : {}),
  };
}

async function replay({ method, path, sent }: Recording, fake: FakeOllama) {
  const init = sent === '' ? { method } : { method, body: sent };
  const response = await fetch(`${fake.url}${path}`, init);
  return { response, text: await response.text() };
}

function frame(headers: Headers): object {
  const framing = headers.has('content-length') ? 'known length' : headers.get('transfer-encoding');
  return { type: headers.get('content-type'), framing };
}

/** What a line says, apart from identity, time and counts. */
function meaning(line: Line | string): unknown {
  if (typeof line === 'string') return line;
  const { message, done, done_reason, error } = line;
  const calls = message?.tool_calls?.map((call) => call.function);
  return { content: message?.content, calls, done, done_reason, error };
}

describe('the fake', () => {
  it('answers from its queue, then from its script, and says when neither has an answer', async () => {
    await using fake = await startFakeOllama({
      script: ({ messages }) => `you said ${messages.at(-1)?.content ?? 'nothing'}`,
    });
    fake.reply('first');
    const said = async () => ((await (await chat(fake, { stream: false })).json()) as Line).message?.content;
    expect([await said(), await said()]).toEqual(['first', 'you said Hello?']);
    await using silent = await startFakeOllama();
    const response = await chat(silent);
    expect(response.status).toBe(500);
    expect(await response.text()).toContain('no answer prepared for {\\"role\\":\\"user\\"');
  });

  it('records every request and how it ended', async () => {
    await using fake = await startFakeOllama({ script: ['hello', { fault: 'stall', text: 'he' }] });
    const second = fake.received('/api/chat', 2);
    await (await chat(fake)).text();
    const stalled = await chat(fake);
    await stalled.body?.cancel();
    expect(await Promise.all(fake.requests.map(({ ended }) => ended))).toEqual(['finished', 'aborted']);
    expect((await second).body).toEqual(fake.chats()[1]);
  });

  it('sends reasoning, text and tool calls in this order, then an empty line that is done', async () => {
    const toolCalls = [{ name: 'list', arguments: {} }];
    await using fake = await startFakeOllama({
      models: [{ name: 'coder:7b', capabilities: ['completion', 'tools', 'thinking'] }],
      script: [
        { thinking: 'hm', text: 'one two', toolCalls },
        { thinking: 'hm', toolCalls },
      ],
    });
    const lines = linesOf(await (await chat(fake, { think: true })).text());
    expect(lines.map(({ message }) => message)).toMatchObject([
      { content: '', thinking: 'hm' },
      { content: 'one' },
      { content: ' two' },
      { content: '', tool_calls: [{ function: { index: 0, name: 'list', arguments: {} } }] },
      { content: '' },
    ]);
    expect(lines.map(({ done }) => done)).toEqual([false, false, false, false, true]);
    const whole = (await (await chat(fake, { stream: false })).json()) as Line;
    expect(whole.message).toMatchObject({ content: '', thinking: 'hm', tool_calls: [{}] });
  });

  it('waits before a line as long as a test wants', async () => {
    const gate = Promise.withResolvers<undefined>();
    const beforeLine = (index: number) => (index === 1 ? gate.promise : Promise.resolve());
    await using fake = await startFakeOllama({ script: [{ text: ['one', 'two'], beforeLine }] });
    const reader = (await chat(fake)).body?.getReader();
    const first = await reader?.read();
    expect(linesOf(Buffer.from(first?.value ?? []).toString())).toHaveLength(1);
    gate.resolve(undefined);
    const rest = await reader?.read();
    expect(Buffer.from(rest?.value ?? []).toString()).toContain('"two"');
    await reader?.cancel();
  });

  it('pulls what its registry holds', async () => {
    await using fake = await startFakeOllama({
      models: [],
      registry: [{ name: 'coder:7b' }],
      script: ['hello'],
    });
    expect((await chat(fake)).status).toBe(404);
    const pulled = await (await post(fake, '/api/pull', { model: 'coder:7b' })).text();
    expect(JSON.parse(pulled.trim().split('\n').at(-1) ?? '')).toEqual({ status: 'success' });
    expect((await chat(fake)).status).toBe(200);
  });

  it('keeps a model in memory as long as it was asked to', async () => {
    await using fake = await startFakeOllama();
    const span = async (keep_alive: unknown) => {
      const before = Date.now();
      await post(fake, '/api/generate', { model: 'coder:7b', keep_alive });
      const { models: held } = (await (await fetch(`${fake.url}/api/ps`)).json()) as {
        models: { expires_at: string; context_length: number }[];
      };
      expect(held).toMatchObject([{ context_length: 4096 }]);
      return Math.floor((Date.parse(held[0]?.expires_at ?? '') - before) / 60_000);
    };
    expect([await span('1h30m'), await span(120), await span(undefined)]).toEqual([90, 2, 5]);
    expect(await span(-1)).toBeGreaterThan(1_000_000);
    expect(await span('-1m')).toBeGreaterThan(1_000_000);
  });

  it.each<[string, RequestInit, number, string]>([
    ['/api/chat', { method: 'POST' }, 400, 'missing request body'],
    ['/api/chat', { method: 'POST', body: '[' }, 400, 'unexpected EOF'],
    [
      '/api/generate',
      { method: 'POST', body: '{"model":"coder:7b","prompt":"x"}' },
      501,
      'for /api/chat alone',
    ],
    ['/api/version', { method: 'POST' }, 405, '405 method not allowed'],
    ['/v1/models', {}, 404, '404 page not found'],
  ])('answers %s %j with %i', async (path, request, status, words) => {
    await using fake = await startFakeOllama();
    const response = await fetch(`${fake.url}${path}`, request);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(words);
  });

  it('closes more than once without harm', async () => {
    const fake = await startFakeOllama();
    await fake.close();
    await expect(fake.close()).resolves.toBeUndefined();
  });
});
