import { describe, expect, it } from '@jest/globals';
import { openTalk, promptBytes } from '../../src/agent/talk.ts';
import { Failure } from '../../src/domain/failure.ts';
import type { CodingJob } from '../../src/ports.ts';
import { greetTask, plainWorkspace } from '../support/coding-bench.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { scriptedModel, type ScriptedAnswer } from '../support/scripted-model.ts';

const directory = temporaryDirectories();
const signal = new AbortController().signal;

async function talkAbout(answers: ScriptedAnswer[], window = 8192) {
  const heard: string[] = [];
  const job: CodingJob = {
    task: greetTask,
    workspace: await plainWorkspace(directory()),
    model: 'm',
    protocol: 'auto',
    maxSteps: null,
    onStep: () => undefined,
    onText: (text) => heard.push(text),
  };
  const model = scriptedModel(answers);
  return { talk: openTalk({ model, job, window }), model, heard };
}

const turn = (length: number) => () => ({
  messages: [{ role: 'user' as const, content: 'x'.repeat(length) }],
});

describe('openTalk', () => {
  it.each([
    [8192, 3584],
    [32_768, 28_160],
    [4096, 2560],
    [1024, 512],
  ])('leaves of a window of %d tokens %d for the prompt', async (window, tokens) => {
    expect((await talkAbout([], window)).talk.room()).toBe(Math.floor(tokens * 3.2));
  });

  it('learns from the server how many bytes a token has, within reason', async () => {
    const usage = (input: number) => ({ text: 'a', usage: { input, output: 1 } });
    const { talk } = await talkAbout([usage(1000), usage(5000), usage(510), usage(3)]);
    const rooms = [];
    for (const length of [2000, 2000, 20_000, 2000]) {
      await talk.ask(turn(length), signal);
      rooms.push(talk.room() / 3584);
    }
    expect(rooms).toEqual([2, 1.5, 4, 4]);
  });

  it('sums what was used, and begins anew once it was taken', async () => {
    const { talk } = await talkAbout(['a', 'b']);
    await talk.ask(turn(1), signal);
    await talk.ask(turn(1), signal);
    expect(talk.takeCosts()).toEqual({ usage: { input: 200, output: 20 }, requests: 2 });
    expect(talk.takeCosts()).toEqual({ usage: { input: 0, output: 0 }, requests: 0 });
  });

  it('composes a shorter turn when the window was too small, twice at most', async () => {
    const overflow = new Failure('MODEL_CONTEXT_OVERFLOW', 'too long');
    const { talk, model } = await talkAbout([overflow, 'a', overflow, overflow, overflow]);
    const compose = () => ({ messages: [{ role: 'user' as const, content: 'x'.repeat(talk.room()) }] });
    expect((await talk.ask(compose, signal)).text).toBe('a');
    const [first, second] = model.requests.map(({ messages }) => messages[0]?.content.length ?? 0);
    expect(second).toBeLessThan(first ?? 0);
    await expect(talk.ask(compose, signal)).rejects.toBe(overflow);
  });
});

describe('a server that reads only a part of the first prompt and says nothing', () => {
  const usage = (input: number) => ({ text: 'a', usage: { input, output: 1 } });

  it('is asked again with less, since what it lost may be the task', async () => {
    const { talk, model } = await talkAbout([usage(600), usage(2500)]);
    const compose = () => ({ messages: [{ role: 'user' as const, content: 'x'.repeat(talk.room()) }] });
    await talk.ask(compose, signal);
    const [first, second] = model.requests.map(({ messages }) => messages[0]?.content.length ?? 0);
    expect(second).toBeLessThan(first ?? 0);
  });

  it('is given up when it goes on so, with both counts', async () => {
    const { talk } = await talkAbout([usage(600), usage(600), usage(600)]);
    await expect(talk.ask(turn(20_000), signal)).rejects.toMatchObject({
      code: 'MODEL_CONTEXT_OVERFLOW',
      message: expect.stringMatching(/read 600 tokens of a prompt of about 6250/) as unknown,
    });
  });

  it('is believed later on, when it may count only what is new', async () => {
    const { talk, model } = await talkAbout([usage(2000), usage(600)]);
    await talk.ask(turn(6000), signal);
    await talk.ask(turn(20_000), signal);
    expect(model.requests).toHaveLength(2);
  });
});

describe('promptBytes', () => {
  it('counts texts, calls and tools in bytes', () => {
    expect(promptBytes({ messages: [{ role: 'user', content: 'ä' }] })).toBe(2);
    const call = { name: 'read', arguments: { path: 'a' } };
    const messages = [{ role: 'assistant' as const, content: '', toolCalls: [call] }];
    expect(promptBytes({ messages, tools: [] })).toBe(JSON.stringify([call]).length + 2);
  });
});
