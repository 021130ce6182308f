import { expect, it } from '@jest/globals';
import type { ChatReply, ChatRequest } from '../../src/domain/chat.ts';
import type { ManualClock } from './clock.ts';
import { question, unaborted } from './ollama-under-test.ts';

/** What a model is to say, in whatever way its provider has it said. */
export type ContractAnswer = {
  text?: string;
  toolCalls?: { name: string; arguments: Record<string, unknown> }[];
  finish?: 'length';
  usage?: { input: number; output: number };
  fault?: 'hang' | 'stall' | 'error';
};

/** A provider whose model is to give certain answers. */
export type Contracted = AsyncDisposable & {
  /** A model's id. */
  model: string;
  /** What comes with a call of a tool and has to go back with its result, where that is not the call's id. */
  mark?: string;
  clock: ManualClock;
  chat(request: ChatRequest, signal: AbortSignal): Promise<ChatReply>;
  /** Resolves once the model was asked, as far as its provider tells. */
  received(): Promise<unknown>;
  /** The request of that number, as JSON. */
  sent(at: number): string;
  /** How the last request ended. */
  ended(): Promise<'finished' | 'aborted' | undefined>;
  /** Whether a call would be let through. */
  answers(): boolean;
};

const readTool = {
  name: 'read',
  description: 'Shows a file.',
  parameters: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
};

/** What holds for every provider, in whatever format and wherever its models run. */
export function keepsTheContract(open: (...answers: ContractAnswer[]) => Promise<Contracted>): void {
  it('a chat is asked, heard as it comes, and counted', async () => {
    await using provider = await open({ text: 'Grüße, Welt 🌍', usage: { input: 31, output: 9 } });
    const heard: string[] = [];
    const onText = (text: string): void => void heard.push(text);
    const reply = await provider.chat(question({ model: provider.model, onText }), unaborted());
    expect(reply).toEqual({
      text: 'Grüße, Welt 🌍',
      thinking: '',
      toolCalls: [],
      finish: 'stop',
      usage: { input: 31, output: 9 },
    });
    expect(heard.length).toBeGreaterThan(1);
    expect(heard.join('')).toBe('Grüße, Welt 🌍');
    expect(await provider.ended()).toBe('finished');
  });

  it('a tool is called, and its result goes back to the call', async () => {
    const toolCalls = [{ name: 'read', arguments: { path: 'a.ts' } }];
    await using provider = await open({ text: 'I look.', toolCalls }, { text: 'It is empty.' });
    const { model } = provider;
    const first = await provider.chat(question({ model, tools: [readTool] }), unaborted());
    expect(first).toMatchObject({ text: 'I look.', finish: 'tools', toolCalls });
    const id = first.toolCalls[0]?.id;
    const result = { role: 'tool' as const, content: 'empty file', toolName: 'read' };
    const messages = [
      { role: 'system' as const, content: 'You are terse.' },
      ...question().messages,
      { role: 'assistant' as const, content: '', toolCalls: first.toolCalls },
      id === undefined ? result : { ...result, toolCallId: id },
      { role: 'system' as const, content: 'Two steps are left.' },
    ];
    const second = await provider.chat({ model, messages, tools: [readTool] }, unaborted());
    expect(second.text).toBe('It is empty.');
    const sent = provider.sent(1);
    for (const part of ['You are terse.', 'a.ts', 'empty file', 'Two steps are left.'])
      expect(sent).toContain(part);
    if (provider.mark !== undefined) expect(sent).toContain(provider.mark);
    else if (id !== undefined) expect(sent.split(id).length).toBeGreaterThan(2);
  });

  it('settings of a chat are sent along', async () => {
    await using provider = await open({ text: '{"ok":true}' });
    const schema = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] };
    const settings = { temperature: 0.4, maxOutputTokens: 321, format: schema };
    const reply = await provider.chat(question({ model: provider.model, ...settings }), unaborted());
    expect(reply.text).toContain('ok');
    for (const part of ['0.4', '321', '"ok"']) expect(provider.sent(0)).toContain(part);
  });

  it('an answer that was cut off at its length says so', async () => {
    await using provider = await open({ text: 'and so', finish: 'length' });
    const reply = await provider.chat(question({ model: provider.model }), unaborted());
    expect(reply).toMatchObject({ text: 'and so', finish: 'length' });
  });

  it('an answer that breaks off is none', async () => {
    await using provider = await open({ text: 'half an', fault: 'error' });
    const broken = provider.chat(question({ model: provider.model }), unaborted());
    await expect(broken).rejects.toMatchObject({ code: 'MODEL_STREAM_BROKEN' });
  });

  it.each([
    ['never begins', { fault: 'hang' } as const, 900_000, 'MODEL_TIMEOUT'],
    ['stops in the middle', { fault: 'stall', text: 'half an' } as const, 120_000, 'MODEL_STALLED'],
  ])('an answer that %s is given up, and the server hears of it', async (_what, answer, limit, code) => {
    await using provider = await open(answer);
    const heard = Promise.withResolvers<string>();
    const onText = (text: string): void => {
      if (text.includes('an')) heard.resolve(text);
    };
    const chat = provider.chat(question({ model: provider.model, onText }), unaborted());
    const outcome = chat.catch((error: unknown) => error);
    await provider.received();
    if (code === 'MODEL_STALLED') await heard.promise;
    await provider.clock.advance(limit);
    expect(await outcome).toMatchObject({ code });
    expect(await provider.ended()).toBe('aborted');
  });

  it('an abort ends the request with its own reason', async () => {
    await using provider = await open({ fault: 'hang' });
    const stop = new AbortController();
    const chat = provider.chat(question({ model: provider.model }), stop.signal);
    const outcome = chat.catch((error: unknown) => error);
    await provider.received();
    stop.abort(new Error('enough'));
    expect(await outcome).toMatchObject({ message: 'enough' });
    expect(await provider.ended()).toBe('aborted');
    expect(provider.answers()).toBe(true);
  });
}
