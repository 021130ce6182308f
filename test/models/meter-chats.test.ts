import { describe, expect, it } from '@jest/globals';
import type { Event } from '../../src/domain/event.ts';
import { Failure } from '../../src/domain/failure.ts';
import { meterChats } from '../../src/models/meter-chats.ts';
import { manualClock } from '../support/clock.ts';
import { question, unaborted } from '../support/ollama-under-test.ts';
import type { ScriptedAnswer } from '../support/scripted-model.ts';
import { scriptedModel } from '../support/scripted-model.ts';

const ticket = { taskId: 'task-1', runId: 'run-1', key: 'k' };

function metered(answer: ScriptedAnswer, costOf?: (model: string) => number) {
  const clock = manualClock();
  const events: Event[] = [];
  const slow = scriptedModel([answer]);
  const chat: typeof slow.chat = async (request, signal) => {
    await clock.advance(250);
    return slow.chat(request, signal);
  };
  const observe = (event: Event) => void events.push(event);
  const options = { ticket, clock, observe, ...(costOf === undefined ? {} : { costOf }) };
  return { events, model: meterChats({ ...slow, chat }, options) };
}

describe('a metered call', () => {
  it('tells what it used, how long it took and what it cost', async () => {
    const { model, events } = metered('Hello.', () => 0.25);
    expect(await model.chat(question(), unaborted())).toMatchObject({ text: 'Hello.' });
    expect(events).toMatchObject([
      {
        type: 'model:called',
        ...ticket,
        model: 'ollama/coder:7b',
        outcome: 'ok',
        elapsedMs: 250,
        usage: { input: 100, output: 10 },
        usd: 0.25,
      },
    ]);
  });

  it('costs nothing where no price is known', async () => {
    const { model, events } = metered('Hello.');
    await model.chat(question(), unaborted());
    expect(events).toMatchObject([{ usd: 0 }]);
  });

  it.each([
    [new Failure('MODEL_TIMEOUT', 'too slow'), 'MODEL_TIMEOUT'],
    [new Error('what?'), 'INTERNAL'],
  ])('tells how it failed, and fails all the same: %s', async (error, outcome) => {
    const { model, events } = metered(error);
    await expect(model.chat(question(), unaborted())).rejects.toBe(error);
    expect(events).toMatchObject([{ outcome, usage: { input: 0, output: 0 } }]);
  });

  it('tells that it was cut short', async () => {
    const { model, events } = metered('Hello.');
    await expect(model.chat(question(), AbortSignal.abort())).rejects.toThrow();
    expect(events).toMatchObject([{ outcome: 'aborted' }]);
  });

  it('leaves questions about a model alone', async () => {
    const { model, events } = metered('Hello.');
    expect(await model.facts('x', unaborted())).toMatchObject({ id: 'x' });
    expect(events).toEqual([]);
  });
});
