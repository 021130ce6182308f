import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { classifyErrorLine, classifyNetworkError, classifyRefusal } from '../../src/models/ollama-errors.ts';
import type { Refusal } from '../../src/models/refusal.ts';

const asked = { url: 'http://box:11434', model: 'coder:7b' };

function refusal(status: number, body: string, headers: Partial<Refusal> = {}): Refusal {
  return { status, body, retryAfter: null, date: null, location: null, ...headers };
}

function error(text: string): string {
  return JSON.stringify({ error: text });
}

describe('a refused request', () => {
  it.each([
    [400, error('registry.ollama.ai/library/coder:7b does not support tools'), 'MODEL_TOOLS_UNSUPPORTED'],
    [400, error('"coder:7b" does not support thinking'), 'MODEL_BAD_REQUEST'],
    [400, error('model is required'), 'MODEL_BAD_REQUEST'],
    [401, error('unauthorized'), 'MODEL_BAD_REQUEST'],
    [404, error("model 'coder:7b' not found"), 'MODEL_NOT_FOUND'],
    [404, error('model "coder:7b" not found, try pulling it first'), 'MODEL_NOT_FOUND'],
    [404, '404 page not found', 'MODEL_BAD_REQUEST'],
    [405, '405 method not allowed', 'MODEL_BAD_REQUEST'],
    [413, 'too large', 'MODEL_BAD_REQUEST'],
    [400, error('the input length exceeds the context length'), 'MODEL_CONTEXT_OVERFLOW'],
    [400, error('prompt too long; exceeded max context length by 12 tokens'), 'MODEL_CONTEXT_OVERFLOW'],
    [500, error('model requires more system memory (5.0 GiB) than is available'), 'MODEL_OUT_OF_MEMORY'],
    [500, error('llama runner process has terminated: exit status 2'), 'MODEL_OUT_OF_MEMORY'],
    [500, error('cudaMalloc failed: out of memory'), 'MODEL_OUT_OF_MEMORY'],
    [500, error('error parsing tool call: raw=\'{"path": "a\' err=unexpected end'), 'MODEL_BAD_TOOL_CALL'],
    [500, error('option "temperature" must be of type float32'), 'MODEL_BAD_REQUEST'],
    [500, error('invalid format: "yaml"; expected "json"'), 'MODEL_BAD_REQUEST'],
    [500, error('something else'), 'MODEL_STREAM_BROKEN'],
    [500, '', 'MODEL_STREAM_BROKEN'],
    [501, error('This server does not support embeddings.'), 'MODEL_BAD_REQUEST'],
    [502, '<html>Bad Gateway</html>', 'MODEL_UNREACHABLE'],
    [504, '<html>Gateway Timeout</html>', 'MODEL_TIMEOUT'],
    [503, error('server busy, please try again.  maximum pending requests exceeded'), 'MODEL_OVERLOADED'],
    [429, '', 'MODEL_RATE_LIMITED'],
    [302, '', 'MODEL_UNREACHABLE'],
  ])('%i %s is %s', (status, body, code) => {
    expect(classifyRefusal(refusal(status, body), asked).code).toBe(code);
  });

  it('says what to pull, and from where the model was missing', () => {
    const { message } = classifyRefusal(refusal(404, error("model 'coder:7b' not found")), asked);
    expect(message).toBe(
      "coder:7b at http://box:11434 answered 404: model 'coder:7b' not found. Run `ollama pull coder:7b`.",
    );
  });

  it('finds the words of the runner two levels deep', () => {
    const inner = {
      error: { code: 400, message: 'request (9 tokens) is too much', type: 'exceed_context_size_error' },
    };
    const failure = classifyRefusal(refusal(400, error(JSON.stringify(inner))), asked);
    expect(failure.code).toBe('MODEL_CONTEXT_OVERFLOW');
    expect(failure.message).toContain('request (9 tokens) is too much');
  });

  it('keeps all of an unreadable tool call as the cause, and little of it in the message', () => {
    const raw = `error parsing tool call: raw='${'x'.repeat(5000)}'`;
    const failure = classifyRefusal(refusal(500, error(raw)), asked);
    expect((failure.cause as Error).message).toBe(raw);
    expect(failure.message.length).toBeLessThan(700);
  });

  it.each([
    ['12', null, 12],
    ['Sat, 21 Nov 2026 02:42:00 GMT', 'Sat, 21 Nov 2026 02:41:30 GMT', 30],
    ['Sat, 21 Nov 2026 02:41:00 GMT', 'Sat, 21 Nov 2026 02:41:30 GMT', 0],
    ['Sat, 21 Nov 2026 02:42:00 GMT', null, undefined],
    ['soon', 'Sat, 21 Nov 2026 02:41:30 GMT', undefined],
    [null, null, undefined],
  ])('with retry-after %s and date %s waits %s seconds', (retryAfter, date, seconds) => {
    const failure = classifyRefusal(refusal(503, '', { retryAfter, date }), asked);
    expect(failure.retryAfterSeconds).toBe(seconds);
  });

  it('names the target of a redirect without following it', () => {
    const moved = refusal(308, '', { location: 'https://elsewhere.example/' });
    expect(classifyRefusal(moved, asked).message).toContain('redirects to https://elsewhere.example/ (308)');
    expect(classifyRefusal(refusal(301, ''), asked).message).toContain('redirects elsewhere (301)');
  });
});

describe('an error line inside a stream', () => {
  it.each([
    ['llama runner process has terminated: signal: killed', 'MODEL_OUT_OF_MEMORY'],
    ['error parsing tool call: raw=x', 'MODEL_BAD_TOOL_CALL'],
    ['an error was encountered while running the model', 'MODEL_STREAM_BROKEN'],
    [{ message: 'request exceeds the available context size' }, 'MODEL_CONTEXT_OVERFLOW'],
    [{ odd: true }, 'MODEL_STREAM_BROKEN'],
    ['{not json', 'MODEL_STREAM_BROKEN'],
    [null, 'MODEL_STREAM_BROKEN'],
  ])('%j is %s', (said, code) => {
    expect(classifyErrorLine(said, asked).code).toBe(code);
  });
});

describe('a request that gets no answer', () => {
  const failed = (cause: unknown) => new TypeError('fetch failed', { cause });

  it.each([
    ['ECONNREFUSED', 'MODEL_UNREACHABLE'],
    ['ECONNRESET', 'MODEL_UNREACHABLE'],
    ['ENOTFOUND', 'MODEL_UNREACHABLE'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'MODEL_UNREACHABLE'],
    ['ETIMEDOUT', 'MODEL_TIMEOUT'],
    ['HPE_INVALID_CONSTANT', 'MODEL_STREAM_BROKEN'],
  ])('for %s is %s', (code, expected) => {
    const cause = Object.assign(new Error('words of the system'), { code });
    const failure = classifyNetworkError(failed(cause), { url: asked.url, model: null });
    expect(failure).toMatchObject({ code: expected, cause });
    expect(failure?.message).toContain('words of the system');
  });

  it('without words names the code', () => {
    const both = Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' });
    expect(classifyNetworkError(failed(both), asked)?.message).toContain('reached: ECONNREFUSED.');
    expect(classifyNetworkError({ code: 'EPIPE' }, asked)?.message).toContain('EPIPE');
  });

  it('is not recognised in a bug of ours', () => {
    expect(classifyNetworkError(new TypeError('x is not a function'), asked)).toBeNull();
    expect(classifyNetworkError(null, asked)).toBeNull();
  });
});

const data = process.env['TICKETMILL_TEST_DATA'];

(data ? describe : describe.skip)('recorded refusals (needs TICKETMILL_TEST_DATA)', () => {
  it.each([
    ['05-', 'MODEL_NOT_FOUND'],
    ['13-', 'MODEL_TOOLS_UNSUPPORTED'],
    ['15-', 'MODEL_NOT_FOUND'],
    ['16-', 'MODEL_BAD_REQUEST'],
    ['17-', 'MODEL_BAD_REQUEST'],
    ['18-', 'MODEL_BAD_REQUEST'],
    ['19-', 'MODEL_BAD_REQUEST'],
    ['21-', 'MODEL_BAD_REQUEST'],
    ['22-', 'MODEL_BAD_REQUEST'],
    ['24-', 'MODEL_CONTEXT_OVERFLOW'],
    ['26-', 'MODEL_BAD_REQUEST'],
    ['30-', 'MODEL_BAD_REQUEST'],
    ['31-', 'MODEL_BAD_REQUEST'],
  ])('%s is %s', (prefix, code) => {
    const folder = join(data ?? '', 'ollama-wire');
    const file = readdirSync(folder).find((name) => name.startsWith(prefix)) ?? prefix;
    const [head = '', body = ''] = readFileSync(join(folder, file), 'utf8').split(/\r?\n\r?\n/);
    const status = Number(/^HTTP\/1\.1 (\d+)/m.exec(head)?.[1]);
    expect(classifyRefusal(refusal(status, body), asked).code).toBe(code);
  });
});
