import { describe, expect, it } from '@jest/globals';
import { openClassifier, routingSettings } from '../../../src/app/models/open-routing.ts';
import type { Spending } from '../../../src/domain/change.ts';
import type { Event } from '../../../src/domain/event.ts';
import { Failure } from '../../../src/domain/failure.ts';
import type { RoutingFigures } from '../../../src/history/routing-figures.ts';
import { manualClock } from '../../support/clock.ts';
import { loadWritten } from '../../support/config-root.ts';
import { temporaryDirectories } from '../../support/directory.ts';
import { unaborted } from '../../support/ollama-under-test.ts';
import type { ScriptedAnswer } from '../../support/scripted-model.ts';
import { scriptedModel } from '../../support/scripted-model.ts';

const directory = temporaryDirectories();
const configOf = (config: object) => loadWritten(directory(), config).config;
const nothingLearned: RoutingFigures = { turn: 0, votes: {}, models: {} };

describe('what models are chosen by', () => {
  it('is what the config says, what history learned and what runs now, for each model by its full name', () => {
    const config = configOf({
      ollama: { defaultModel: 'coder:7b', availableModels: ['coder:7b', 'small'] },
      routing: { strategy: 'hybrid', allowPaid: true, escalation: ['anthropic/claude-sonnet-4-5'] },
      models: { 'coder:7b': { profile: 'capable', price: { input: 1, output: 2 } } },
      providers: { box: { baseUrl: 'http://127.0.0.1:9/v1' } },
    });
    const tried = { attempts: 3, successes: 2, byCategory: {}, p50Ms: 900 };
    const votes: RoutingFigures['votes'] = {};
    const settings = routingSettings(
      config,
      { turn: 7, votes, models: { 'ollama/coder:7b': tried, 'box/mine': tried } },
      [{ model: 'ollama/coder:7b' }, { model: 'ollama/coder:7b' }, { model: null }],
    );
    expect(settings).toMatchObject({ strategy: 'hybrid', allowPaid: true, turn: 7, votes });
    expect(settings.escalation).toEqual(['anthropic/claude-sonnet-4-5']);
    expect(settings.providers).toContain('box');
    expect(settings.knowledge['ollama/coder:7b']).toEqual({
      ...tried,
      profile: 'capable',
      price: { input: 1, output: 2 },
      isPaid: true,
      running: 2,
    });
    expect(settings.knowledge['ollama/small']).toMatchObject({ attempts: 0, isPaid: false, running: 0 });
    expect(settings.knowledge['box/mine']).toMatchObject({ ...tried, isPaid: false });
    expect(settings.knowledge['anthropic/claude-sonnet-4-5']).toMatchObject({ isPaid: true });
  });

  it('knows of no model where none is configured and none was tried', () => {
    expect(routingSettings(configOf({}), nothingLearned, []).knowledge).toEqual({});
  });
});

describe('the question of what kind of work a ticket is', () => {
  const about = { taskId: 'task-1', runId: 'run-1', key: 'k' };
  const task = { id: 'task-1', title: 'Say hello', brief: 'Somehow.', criteria: [], notes: '' };

  function ask(answer: ScriptedAnswer, signal = unaborted()) {
    const config = configOf({ models: { 'ollama/coder:7b': { price: { input: 10_000, output: 100_000 } } } });
    const [events, spent]: [Event[], Spending[]] = [[], []];
    const model = scriptedModel([answer]);
    const observers = { observe: (event: Event) => void events.push(event) };
    const classify = openClassifier(config, model, { observers, clock: manualClock() });
    const question = {
      task,
      model: 'ollama/coder:7b',
      about,
      onSpent: (one: Spending) => void spent.push(one),
    };
    return { events, spent, answered: classify(question, signal) };
  }

  it('is answered by a model, and its tokens and their price count for the ticket', async () => {
    const { answered, spent, events } = ask('{"category":"testing","complexity":"high"}');
    expect(await answered).toEqual({ category: 'testing', complexity: 'high' });
    expect(spent).toEqual([{ input: 100, output: 10, requests: 1, usd: 2 }]);
    expect(events).toMatchObject([
      { type: 'model:called', ...about, outcome: 'ok', usage: { input: 100, output: 10 }, usd: 2 },
    ]);
  });

  it('costs as much when the answer is of no use', async () => {
    const { answered, spent } = ask('Testing, I would say.');
    expect(await answered).toBeNull();
    expect(spent).toEqual([{ input: 100, output: 10, requests: 1, usd: 2 }]);
  });

  it.each([
    [new Failure('MODEL_UNREACHABLE', 'nobody there'), 'MODEL_UNREACHABLE'],
    [new DOMException('too slow', 'TimeoutError'), 'INTERNAL'],
  ])('holds nothing up and costs nothing when the model fails: %s', async (error, outcome) => {
    const { answered, spent, events } = ask(error);
    expect(await answered).toBeNull();
    expect(spent).toEqual([]);
    expect(events).toMatchObject([{ outcome }]);
  });

  it('does not hide a fault of ours', async () => {
    await expect(ask(new TypeError('what?')).answered).rejects.toThrow('what?');
  });

  it('ends with the run that it is for', async () => {
    const reason = new Failure('CANCELLED', 'Somebody cancelled it.');
    await expect(ask('{}', AbortSignal.abort(reason)).answered).rejects.toBe(reason);
  });
});
