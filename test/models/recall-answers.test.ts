import { describe, expect, it } from '@jest/globals';
import type { ChatReply } from '../../src/domain/chat.ts';
import { answerMigrations, openAnswers } from '../../src/history/answer-store.ts';
import { openDatabase } from '../../src/history/database.ts';
import { recallAnswers } from '../../src/models/recall-answers.ts';
import type { AnswerStore, RecallOptions } from '../../src/models/recall-answers.ts';
import { manualClock } from '../support/clock.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { question, unaborted } from '../support/ollama-under-test.ts';
import type { ScriptedAnswer } from '../support/scripted-model.ts';
import { scriptedModel } from '../support/scripted-model.ts';

const directory = temporaryDirectories();
const exact = question({ temperature: 0 });

function openStore(limits: { ttlSeconds?: number; maxEntries?: number } = {}) {
  const clock = manualClock();
  const now = (): Date => clock.now();
  const database = openDatabase({ file: `${directory()}/answers.db`, migrations: answerMigrations, now });
  const redact = (text: string): string => text.replaceAll('hidden', '[secret]');
  const store = openAnswers({ database, now, ttlSeconds: 3600, maxEntries: 100, redact, ...limits });
  return { store, clock, figures: () => store.figures(), [Symbol.dispose]: () => store.close() };
}

function recalling(store: AnswerStore, options: Partial<RecallOptions> = {}, answers?: ScriptedAnswer[]) {
  const model = scriptedModel(answers ?? Array.from({ length: 9 }, (_, index) => `answer ${index}`));
  const recalled: string[] = [];
  const recaller = recallAnswers(model, {
    store,
    digestOf: () => 'digest-1',
    windowOf: () => 8192,
    base: () => 'commit-1',
    onRecalled: ({ model: id }) => void recalled.push(id),
    ...options,
  });
  const ask = async (request = exact) => (await recaller.chat(request, unaborted())).text;
  return { ask, model, recalled, recaller };
}

describe('an answer', () => {
  it('is given again to the very same question, for nothing', async () => {
    using kept = openStore();
    const first = recalling(kept.store);
    expect(await first.ask()).toBe('answer 0');
    const second = recalling(kept.store);
    const heard: string[] = [];
    const again = await second.recaller.chat(
      { ...exact, onText: (text) => void heard.push(text) },
      unaborted(),
    );
    expect(again).toMatchObject({ text: 'answer 0', usage: { input: 0, output: 0 } });
    expect([heard, second.recalled, second.model.requests]).toEqual([['answer 0'], [exact.model], []]);
    expect(kept.figures()).toEqual({
      enabled: true,
      entries: 1,
      asked: 2,
      hits: 1,
      hitRate: 0.5,
      savedInput: 100,
      savedOutput: 10,
    });
  });

  it.each<[string, Partial<RecallOptions>, Partial<typeof exact>]>([
    ['other weights', { digestOf: () => 'digest-2' }, {}],
    ['another commit', { base: () => 'commit-2' }, {}],
    ['another window', { windowOf: () => 4096 }, {}],
    ['other words', {}, { messages: [{ role: 'user', content: 'Hello!' }] }],
    ['another limit', {}, { maxOutputTokens: 7 }],
    ['another form', {}, { format: { type: 'object' } }],
  ])('is not given to %s', async (_what, options, request) => {
    using kept = openStore();
    await recalling(kept.store).ask();
    const other = recalling(kept.store, options, ['another']);
    expect(await other.ask({ ...exact, ...request })).toBe('another');
  });

  it.each<[string, Partial<RecallOptions>, Partial<typeof exact>]>([
    ['by chance', {}, { temperature: 0.2 }],
    ['with a temperature that nobody named', {}, { temperature: undefined as never }],
    ['by weights that nobody knows', { digestOf: () => null }, {}],
    ['on no commit', { base: () => null }, {}],
  ])('that was given %s is not kept, and counts for nothing', async (_what, options, request) => {
    using kept = openStore();
    const { ask } = recalling(kept.store, options);
    expect([await ask({ ...exact, ...request }), await ask({ ...exact, ...request })]).toEqual([
      'answer 0',
      'answer 1',
    ]);
    expect(kept.figures()).toMatchObject({ entries: 0, asked: 0 });
  });

  it.each<[string, Partial<ChatReply>]>([
    ['was cut off', { text: 'half', finish: 'length' }],
    ['says nothing', { text: '  ' }],
    ['holds a secret', { text: 'the hidden word' }],
    ['is very long', { text: 'x'.repeat(300_000) }],
  ])('that %s is not kept', async (_what, reply) => {
    using kept = openStore();
    const { ask } = recalling(kept.store, {}, [reply, 'better']);
    await ask();
    expect(await ask()).toBe('better');
  });

  it('is forgotten with the run that it led to nowhere', async () => {
    using kept = openStore();
    const failed = recalling(kept.store);
    await failed.ask();
    failed.recaller.forget();
    expect(kept.figures().entries).toBe(0);
    expect(await recalling(kept.store, {}, ['another']).ask()).toBe('another');
  });

  it('is not kept of a call that failed, which is asked again', async () => {
    using kept = openStore();
    const { ask } = recalling(kept.store, {}, [new Error('no'), 'yes']);
    await expect(ask()).rejects.toThrow('no');
    expect(await ask()).toBe('yes');
  });

  it('becomes too old', async () => {
    using kept = openStore({ ttlSeconds: 60 });
    await recalling(kept.store).ask();
    await kept.clock.advance(59_000);
    expect(await recalling(kept.store, {}, []).ask()).toBe('answer 0');
    await kept.clock.advance(1000);
    expect(await recalling(kept.store, {}, ['another']).ask()).toBe('another');
  });

  it('gives way to younger ones', async () => {
    using kept = openStore({ maxEntries: 2 });
    const { ask, recalled } = recalling(kept.store);
    for (const maxOutputTokens of [1, 2, 3]) await ask({ ...exact, maxOutputTokens });
    expect(kept.figures().entries).toBe(2);
    await ask({ ...exact, maxOutputTokens: 3 });
    await ask({ ...exact, maxOutputTokens: 2 });
    expect(recalled).toHaveLength(2);
    await ask({ ...exact, maxOutputTokens: 1 });
    expect(recalled).toHaveLength(2);
  });

  it('is asked for where the store is broken', async () => {
    const kept = openStore();
    kept.store.close();
    const { ask, recaller, model } = recalling(kept.store);
    expect(await ask()).toBe('answer 0');
    expect(() => recaller.forget()).not.toThrow();
    expect((await recaller.facts('m', unaborted())).id).toBe('m');
    expect(model.requests).toHaveLength(1);
  });
});
