import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { send } from '../../scripts/demo/ollama-wire-send.ts';
import { doneLine, startFakeOllama, tokenLine } from '../support/fake-ollama.ts';
import type { FakeAnswer } from '../support/fake-ollama.ts';
import { ollamaFor, question, unaborted } from '../support/ollama-under-test.ts';

/** The client of the library prints on its own; nothing of that may reach a command with `--json`. */
const printed = { log: jest.spyOn(console, 'log'), warn: jest.spyOn(console, 'warn') };

beforeEach(() => {
  printed.log.mockClear();
  printed.warn.mockClear();
});

afterEach(() => {
  expect(printed.log).not.toHaveBeenCalled();
  expect(printed.warn).not.toHaveBeenCalled();
});

async function answered(answer: FakeAnswer) {
  await using fake = await startFakeOllama({ script: [answer] });
  await using ollama = ollamaFor([fake]);
  const result = await ollama.chat(question(), unaborted()).catch((error: unknown) => error);
  return { result, ended: await (await fake.received('/api/chat')).ended };
}

describe('a streamed answer', () => {
  const lines = tokenLine('Grüße, ') + tokenLine('Welt 🌍') + doneLine();

  it.each([
    ['byte by byte', [...Buffer.from(lines)].map((byte) => Uint8Array.of(byte))],
    ['in one piece', [lines]],
    ['with the line ends of Windows', [lines.replaceAll('\n', '\r\n')]],
    ['with empty lines between', [lines.replaceAll('\n', '\n\n')]],
    ['without a last line end', [lines.trimEnd()]],
    ['with more after it was done', [lines, tokenLine('more'), 'rubbish']],
  ])('is the same when it comes %s', async (_, pieces) => {
    const { result } = await answered({ fault: 'bytes', pieces });
    expect(result).toMatchObject({ text: 'Grüße, Welt 🌍', finish: 'stop', usage: { input: 7, output: 3 } });
  });

  it.each<[string, FakeAnswer, string]>([
    [
      'without the line that ends it',
      { fault: 'cut', text: 'half an', at: 'stream' },
      'ended before it was done',
    ],
    ['inside a line', { fault: 'cut', text: 'half an', at: 'line' }, 'a whole line with a JSON object'],
    ['inside a character', { fault: 'cut', text: 'half an', at: 'character' }, 'no UTF-8 text'],
    [
      'by a reset connection',
      { fault: 'cut', text: 'half an', at: 'connection' },
      'in the middle of its answer',
    ],
    ['before anything came', { fault: 'bytes', pieces: [] }, 'ended before it was done'],
  ])('cut off %s is no answer', async (_, answer, words) => {
    const { result } = await answered(answer);
    expect(result).toMatchObject({ code: 'MODEL_STREAM_BROKEN', message: expect.stringContaining(words) });
  });

  it.each<[string, FakeAnswer]>([
    ['a page', { fault: 'bytes', pieces: ['<html>\n<body>hello</body></html>'], contentType: 'text/html' }],
    ['a byte order mark', { fault: 'bytes', pieces: ['\uFEFF', lines] }],
    ['a line that is no JSON', { fault: 'bytes', pieces: [tokenLine('a'), 'oops\n', doneLine()] }],
    ['a line of another shape', { fault: 'bytes', pieces: ['{"message":"hello"}\n', doneLine()] }],
    ['a list', { fault: 'bytes', pieces: ['[]\n', doneLine()] }],
  ])('that holds %s is refused whole', async (_, answer) => {
    expect((await answered(answer)).result).toMatchObject({ code: 'MODEL_STREAM_BROKEN' });
  });

  it('that breaks off with an error is that error, and its text is not used', async () => {
    const error = 'llama runner process has terminated: signal: killed';
    const { result } = await answered({ fault: 'error-line', text: 'half a file', error });
    expect(result).toMatchObject({ code: 'MODEL_OUT_OF_MEMORY', message: expect.stringContaining(error) });
    expect(
      (await answered({ fault: 'error-line', text: '', error: { message: 'odd' } })).result,
    ).toMatchObject({
      code: 'MODEL_STREAM_BROKEN',
    });
  });

  it('that never ends is left after two megabytes, and the server is told', async () => {
    const { result, ended } = await answered(async (response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      const line = tokenLine('x'.repeat(10_000));
      while (await send(response, line));
    });
    expect(result).toMatchObject({ message: expect.stringContaining('wrote more than 2097152 characters') });
    expect(ended).toBe('aborted');
  });

  it('of one endless line is left after a megabyte', async () => {
    let sent = 0;
    const { result, ended } = await answered(async (response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      const piece = Buffer.alloc(100_000, 'x');
      while (sent < 100_000_000 && (await send(response, piece))) sent += piece.length;
    });
    expect(result).toMatchObject({
      message: expect.stringContaining('a line of more than 1048576 characters'),
    });
    expect(ended).toBe('aborted');
    expect(sent).toBeLessThan(50_000_000);
  });
});

describe('a refusal', () => {
  it('that is no JSON is read all the same, and nothing is printed', async () => {
    const page = `<html><body><h1>502 Bad Gateway</h1></body></html>${' '.repeat(100_000)}`;
    const { result } = await answered((response) => {
      response.writeHead(502, { 'content-type': 'text/html' });
      response.end(page);
    });
    expect(result).toMatchObject({
      code: 'MODEL_UNREACHABLE',
      message: expect.stringContaining('answered 502: <html><body><h1>502 Bad Gateway</h1></body></html>'),
    });
  });

  it('that says when to come back is understood', async () => {
    const busy = { status: 503, error: 'server busy', headers: { 'retry-after': '7' } };
    expect((await answered(busy)).result).toMatchObject({ code: 'MODEL_OVERLOADED', retryAfterSeconds: 7 });
  });

  it('or an answer without a body is read as an empty one', async () => {
    const { result } = await answered((response) => void response.writeHead(204).end());
    expect(result).toMatchObject({ message: expect.stringContaining('ended before it was done') });
  });

  it('without an end is not waited for beyond its first part', async () => {
    const { result, ended } = await answered(async (response) => {
      response.writeHead(500, { 'content-type': 'text/plain' });
      while (await send(response, 'and so on '.repeat(1000)));
    });
    expect(result).toMatchObject({ code: 'MODEL_STREAM_BROKEN' });
    expect(ended).toBe('aborted');
  });
});

describe('the connection', () => {
  it('does not go where a redirect points', async () => {
    await using elsewhere = await startFakeOllama();
    const headers = { location: `${elsewhere.url}/api/chat` };
    const { result } = await answered({ status: 307, error: '', headers });
    expect(result).toMatchObject({
      code: 'MODEL_UNREACHABLE',
      message: expect.stringContaining(`redirects to ${elsewhere.url}/api/chat (307)`),
    });
    expect(elsewhere.requests).toEqual([]);
  });

  it('that is refused, reset or to an unknown host is unreachable', async () => {
    const closed = await startFakeOllama();
    await closed.close();
    await using resetting = await startFakeOllama({ instead: () => (response) => void response.destroy() });
    for (const url of [closed.url, resetting.url, 'http://no-such-host.invalid:11434']) {
      await using ollama = ollamaFor([{ url }]);
      const chat = ollama.chat(question(), unaborted());
      await expect(chat).rejects.toMatchObject({ code: 'MODEL_UNREACHABLE', isInfrastructure: true });
      await expect(chat).rejects.toThrow(url);
    }
  });

  it('to something that takes it and never shakes hands times out by itself', async () => {
    await using silent = await listen((socket) => void socket.resume());
    await using ollama = ollamaFor([{ url: `https://${silent.address}` }], { connectTimeout: 30 });
    const facts = ollama.facts('coder:7b', unaborted());
    await expect(facts).rejects.toMatchObject({ code: 'MODEL_TIMEOUT' });
    await expect(facts).rejects.toThrow(`Connection timeout to Ollama at https://${silent.address}`);
  });

  it('to a server of another protocol says so', async () => {
    await using mail = await listen((socket) => void socket.resume().end('220 mail.example ESMTP\r\n'));
    await using ollama = ollamaFor([{ url: `http://${mail.address}` }]);
    const list = ollama.list(unaborted());
    await expect(list).rejects.toMatchObject({ code: 'MODEL_STREAM_BROKEN' });
    await expect(list).rejects.toThrow(`http://${mail.address} does not speak HTTP`);
  });

  it('refuses an answer that is larger than any of Ollama', async () => {
    await using fake = await startFakeOllama({
      instead: () => async (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        while (await send(response, Buffer.alloc(1_000_000, ' ')));
      },
    });
    await using ollama = ollamaFor([fake]);
    await expect(ollama.list(unaborted())).rejects.toThrow('answered with more than 33554432 bytes');
  });

  it('carries the login of the address, and no message shows it', async () => {
    await using fake = await startFakeOllama({ models: [] });
    await using ollama = ollamaFor([{ url: fake.url.replace('//', '//anna:secret@') }]);
    const facts = ollama.facts('coder:7b', unaborted());
    await expect(facts).rejects.toThrow(/^((?!secret).)*$/s);
    const { headers } = await fake.received('/api/show');
    expect(headers['authorization']).toBe(`Basic ${Buffer.from('anna:secret').toString('base64')}`);
  });
});

async function listen(serve: (socket: Socket) => void) {
  const server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}
