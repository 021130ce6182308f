import { describe, expect, it } from '@jest/globals';
import { startFakeOllama } from '../support/fake-ollama.ts';
import type { FakeAnswer } from '../support/fake-ollama.ts';
import { ollamaFor, question, unaborted } from '../support/ollama-under-test.ts';

const minutes = 60_000;

async function chatting(answer: FakeAnswer, options = {}) {
  const fake = await startFakeOllama({ script: [answer] });
  const ollama = ollamaFor([fake], options);
  const caller = new AbortController();
  let pieces = Promise.withResolvers<string>();
  const onText = (text: string) => pieces.resolve(text);
  const chat = ollama.chat(question({ onText }), caller.signal);
  chat.catch(() => undefined);
  const request = await fake.received('/api/chat');
  return {
    fake,
    ollama,
    chat,
    request,
    caller,
    clock: ollama.clock,
    async nextText(): Promise<string> {
      const text = await pieces.promise;
      pieces = Promise.withResolvers<string>();
      return text;
    },
    async [Symbol.asyncDispose]() {
      await ollama.close();
      await fake.close();
    },
  };
}

describe('the limits of a chat', () => {
  it('wait 15 minutes for the first token and no longer', async () => {
    await using slow = await chatting({ fault: 'hang' });
    await slow.clock.advance(15 * minutes - 1);
    expect(slow.clock.waiting()).toBeGreaterThan(0);
    await slow.clock.advance(1);
    await expect(slow.chat).rejects.toMatchObject({ code: 'MODEL_TIMEOUT' });
    await expect(slow.chat).rejects.toThrow('gave no first token within 900 s (`ollama.firstTokenTimeout`)');
    expect(await slow.request.ended).toBe('aborted');
  });

  it('do not take headers for a first token', async () => {
    await using slow = await chatting({ fault: 'stall', text: '' });
    await slow.clock.advance(15 * minutes);
    await expect(slow.chat).rejects.toThrow('gave no first token');
  });

  it('wait two minutes between tokens and no longer', async () => {
    await using stalled = await chatting({ fault: 'stall', text: 'Hello' });
    expect(await stalled.nextText()).toBe('Hello');
    await stalled.clock.advance(2 * minutes);
    await expect(stalled.chat).rejects.toMatchObject({ code: 'MODEL_STALLED' });
    await expect(stalled.chat).rejects.toThrow(
      'in the middle of its answer for 120 s (`ollama.stallTimeout`)',
    );
    expect(await stalled.request.ended).toBe('aborted');
  });

  it('end a chat that goes on for ever, one token every ten seconds', async () => {
    const gates = Array.from({ length: 200 }, () => Promise.withResolvers<undefined>());
    await using endless = await chatting({
      text: gates.map((_, index) => `${index} `),
      beforeLine: (index) => gates[index]?.promise ?? Promise.resolve(),
    });
    for (let count = 0; count < 180; count += 1) {
      gates[count]?.resolve(undefined);
      await endless.nextText();
      await endless.clock.advance(10_000);
    }
    await expect(endless.chat).rejects.toMatchObject({ code: 'MODEL_STALLED' });
    await expect(endless.chat).rejects.toThrow('was not done within 1800 s (`ollama.timeout`)');
    gates.forEach((gate) => gate.resolve(undefined));
    expect(await endless.request.ended).toBe('aborted');
  });

  it('leave nothing behind when the chat was answered', async () => {
    await using quick = await chatting('Hello');
    await expect(quick.chat).resolves.toMatchObject({ text: 'Hello' });
    expect(quick.clock.waiting()).toBe(0);
  });
});

describe('the abort of the caller', () => {
  it('ends a chat that waits for headers, with the reason of the caller', async () => {
    await using waiting = await chatting({ fault: 'hang' });
    const reason = new Error('cancelled by a person');
    waiting.caller.abort(reason);
    await expect(waiting.chat).rejects.toBe(reason);
    expect(await waiting.request.ended).toBe('aborted');
    expect(waiting.clock.waiting()).toBe(0);
  });

  it('ends a chat in the middle of its answer', async () => {
    await using talking = await chatting({ fault: 'stall', text: 'Hello' });
    await talking.nextText();
    talking.caller.abort('enough');
    await expect(talking.chat).rejects.toBe('enough');
    expect(await talking.request.ended).toBe('aborted');
  });

  it('before the chat asks nothing at all', async () => {
    await using fake = await startFakeOllama();
    await using ollama = ollamaFor([fake]);
    await expect(ollama.chat(question(), AbortSignal.abort('never'))).rejects.toBe('never');
    await expect(ollama.health(AbortSignal.abort('never'))).rejects.toBe('never');
    await expect(ollama.list(AbortSignal.abort('never'))).rejects.toBe('never');
    expect(fake.requests).toEqual([]);
  });
});

describe('a question without a chat', () => {
  it.each<[string, string, number, (ollama: ReturnType<typeof ollamaFor>) => Promise<unknown>]>([
    ['facts', '/api/show', 30_000, (ollama) => ollama.facts('coder:7b', unaborted())],
    ['list', '/api/tags', 30_000, (ollama) => ollama.list(unaborted())],
    ['loaded', '/api/ps', 30_000, (ollama) => ollama.loaded(unaborted())],
  ])('%s has its own limit', async (_, path, limit, ask) => {
    await using fake = await startFakeOllama({ instead: () => ({ fault: 'hang' }) });
    await using ollama = ollamaFor([fake]);
    const answer = ask(ollama);
    answer.catch(() => undefined);
    const request = await fake.received(path);
    await ollama.clock.advance(limit);
    await expect(answer).rejects.toThrow(`did not answer within ${limit / 1000} s`);
    expect(await request.ended).toBe('aborted');
  });

  it('refuses an answer that is no JSON', async () => {
    const page = { fault: 'bytes' as const, pieces: ['<html></html>'], contentType: 'text/html' };
    await using fake = await startFakeOllama({ instead: () => page });
    await using ollama = ollamaFor([fake]);
    await expect(ollama.list(unaborted())).rejects.toMatchObject({ code: 'MODEL_STREAM_BROKEN' });
    await expect(ollama.facts('m', unaborted())).rejects.toThrow('answered something that is no JSON');
  });
});
