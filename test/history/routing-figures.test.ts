import { describe, expect, it } from '@jest/globals';
import type { Event } from '../../src/domain/event.ts';
import { classifyTask } from '../../src/models/classify.ts';
import type { ChatModel } from '../../src/ports.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { calledEvent, openHistory, settledEvent } from '../support/statistics.ts';
import { plainRoute } from '../support/plain-routing.ts';

const directory = temporaryDirectories();
const time = '2026-01-02T10:00:00Z';
const about = { taskId: 'TASK-1', key: 'a'.repeat(64) };

const routed = (runId: string, different: object = {}): Event => ({
  type: 'ticket:routed',
  ...about,
  runId,
  ...plainRoute,
  category: 'debugging',
  by: 'pattern',
  recipe: null,
  models: ['ollama/a'],
  labels: ['Shop'],
  ...different,
});

describe('what models are chosen by', () => {
  it('is learned from how runs ended, those included in which a model gave way', () => {
    const { statistics, at } = openHistory(directory());
    at(time, routed('run-1'));
    at(time, {
      type: 'model:replaced',
      ...about,
      runId: 'run-1',
      from: 'ollama/a',
      to: 'ollama/b',
      code: 'NO_CHANGES',
      message: '',
    });
    at(time, {
      type: 'model:replaced',
      ...about,
      runId: 'run-1',
      from: 'ollama/c',
      to: 'ollama/b',
      code: 'MODEL_UNREACHABLE',
      message: '',
    });
    at(time, settledEvent({ runId: 'run-1', to: 'review', model: 'ollama/b' }));
    at(time, routed('run-2', { category: 'testing', by: 'default', labels: ['Shop', 'x'] }));
    at(
      time,
      settledEvent({
        runId: 'run-2',
        to: 'failed',
        code: 'CHECKS_BROKEN',
        errorType: 'model',
        model: 'ollama/b',
      }),
    );
    for (const elapsedMs of [100, 300, 200]) at(time, calledEvent({ model: 'ollama/b', elapsedMs }));
    at(time, calledEvent({ model: 'ollama/b', elapsedMs: 1, usage: { input: 0, output: 0 } }));
    const { turn, votes, models } = statistics.routing();
    expect({ turn, votes }).toEqual({ turn: 2, votes: { shop: { debugging: 1 } } });
    expect(models).toEqual({
      'ollama/a': {
        attempts: 1,
        successes: 0,
        byCategory: { debugging: { attempts: 1, successes: 0 } },
        p50Ms: null,
      },
      'ollama/b': {
        attempts: 2,
        successes: 1,
        byCategory: { debugging: { attempts: 1, successes: 1 }, testing: { attempts: 1, successes: 0 } },
        p50Ms: 200,
      },
    });
    expect(statistics.routing()).toBe(statistics.routing());
    at(time, routed('run-3'));
    expect(statistics.routing().turn).toBe(3);
    statistics.close();
  });
});

describe('a model that is asked what kind of work it is', () => {
  const task = { id: 'task-1', title: 'Parser', brief: 'It is odd.', criteria: [], notes: '' };
  const ask = (text: string) => {
    const chat: ChatModel['chat'] = (request) => {
      expect(request.format).toMatchObject({ required: ['category', 'complexity'] });
      return Promise.resolve({
        text,
        thinking: '',
        toolCalls: [],
        finish: 'stop',
        usage: { input: 1, output: 1 },
      });
    };
    return classifyTask({ chat }, { task, model: 'ollama/a' }, new AbortController().signal);
  };

  it('answers with one of the kinds, or has said nothing', async () => {
    expect(await ask('{"category":"testing","complexity":"high"}')).toEqual({
      category: 'testing',
      complexity: 'high',
    });
    expect(await ask('{"category":"cooking","complexity":"high"}')).toBeNull();
    expect(await ask('testing')).toBeNull();
  });
});
