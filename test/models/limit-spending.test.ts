import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { LifeBudget, Shortage } from '../../src/domain/budget.ts';
import type { Spending } from '../../src/domain/change.ts';
import type { ChatRequest } from '../../src/domain/chat.ts';
import { limitSpending } from '../../src/models/limit-spending.ts';
import { manualClock } from '../support/clock.ts';
import { scriptedModel } from '../support/scripted-model.ts';

const never = new AbortController().signal;
const request: ChatRequest = { model: 'ollama/m', messages: [{ role: 'user', content: 'Go on.' }] };

/** A run whose every answer uses 100 tokens in and 10 out. */
function openRun(limits: LifeBudget['limits'], used: Partial<LifeBudget['used']> = {}, alertAt = 0.8) {
  const spent = { input: 0, output: 0, requests: 0, usd: 0, minutes: 0 };
  const model = scriptedModel(Array.from({ length: 9 }, () => 'Yes.'));
  const clock = manualClock();
  const kept: Spending[] = [];
  /** What the next writes wait for, or fail with. */
  const writes: Promise<unknown>[] = [];
  const shortages: Shortage[] = [];
  const limited = limitSpending(model, {
    budget: { limits, used: { spent, attempts: 1, ...used }, alertAt },
    clock,
    costOf: (_model, usage) => usage.output / 100,
    hasPrice: (id) => id === request.model,
    onSpent: async (now) => {
      await writes.shift();
      kept.push(now);
    },
    onShortage: (shortage) => void shortages.push(shortage),
  });
  return { ...limited, ask: () => limited.chat(request, never), model, clock, kept, writes, shortages };
}

describe('a limited model', () => {
  it('is asked while the budget has room, and not once more', async () => {
    const run = openRun({ tokens: 200 });
    await run.ask();
    await run.ask();
    await expect(run.ask()).rejects.toMatchObject({
      code: 'BUDGET_EXCEEDED',
      message: 'The ticket has used 220 of 200 tokens.',
    });
    expect(run.model.requests).toHaveLength(2);
    expect(await run.spent()).toEqual({ input: 200, output: 20, requests: 2, usd: 0.2 });
  });

  it('counts what a program says that it used by itself, and lets it begin only while there is room', async () => {
    const run = openRun({ tokens: 200 });
    const used = { usage: { input: 300, output: 10 }, requests: 4, end: 'finished' };
    const cutShort = run.count('ollama/m', (tell) => {
      tell({ usage: { input: 7, output: 0 }, requests: 1 });
      return Promise.reject(new Error('cut short'));
    });
    await expect(cutShort).rejects.toThrow('cut short');
    expect(run.kept.pop()).toEqual({ input: 7, output: 0, requests: 1, usd: 0 });
    expect(await run.count('ollama/m', () => Promise.resolve(used))).toBe(used);
    expect(run.kept).toEqual([{ input: 307, output: 10, requests: 5, usd: 0.1 }]);
    await expect(run.count('ollama/m', () => Promise.resolve(used))).rejects.toMatchObject({
      code: 'BUDGET_EXCEEDED',
    });
    expect(await run.spent()).toMatchObject({ requests: 5 });
  });

  it('counts what earlier runs used', async () => {
    const spent = { input: 150, output: 0, requests: 9, usd: 0, minutes: 0 };
    const run = openRun({ tokens: 200 }, { spent });
    await run.ask();
    await expect(run.ask()).rejects.toMatchObject({ message: 'The ticket has used 260 of 200 tokens.' });
    expect(await run.spent()).toMatchObject({ input: 100, requests: 1 });
  });

  it('counts money by what a call costs', async () => {
    const run = openRun({ usd: 0.15 });
    await run.ask();
    await run.ask();
    await expect(run.ask()).rejects.toMatchObject({ message: 'The ticket has used 0.2 of 0.15 US dollars.' });
  });

  it('counts the minutes of this run too', async () => {
    const run = openRun({ minutes: 2 }, { spent: { input: 0, output: 0, requests: 0, usd: 0, minutes: 1 } });
    await run.ask();
    await run.clock.advance(61_000);
    await expect(run.ask()).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
  });

  it('has every call on record before the next one, and before it says what was spent', async () => {
    const run = openRun({});
    const disk = Promise.withResolvers<undefined>();
    run.writes.push(disk.promise);
    await run.ask();
    const [again, spent] = [run.ask(), run.spent()];
    await nextTurn();
    expect(run.model.requests).toHaveLength(1);
    disk.resolve(undefined);
    await again;
    expect(await spent).toMatchObject({ requests: 1 });
    expect(run.kept.map(({ requests }) => requests)).toEqual([1, 2]);
    expect(await run.facts('ollama/m', never)).toMatchObject({ id: 'ollama/m' });
  });

  it('is not asked again when what it used could not be put on record', async () => {
    const run = openRun({});
    run.writes.push(Promise.reject(new Error('ENOSPC')));
    await run.ask();
    await expect(run.ask()).rejects.toThrow('ENOSPC');
    await expect(run.count('ollama/m', () => Promise.reject(new Error('begun')))).rejects.toThrow('ENOSPC');
    expect(await run.spent()).toMatchObject({ requests: 1 });
    expect(run.model.requests).toHaveLength(1);
  });

  it('tells once of each part that gets short', async () => {
    const run = openRun({ tokens: 300, attempts: 5 }, { attempts: 4 });
    await run.ask();
    expect(run.shortages).toEqual([{ part: 'attempts', used: 4, limit: 5 }]);
    await run.ask();
    await run.ask();
    expect(run.shortages.slice(1)).toEqual([{ part: 'tokens', used: 330, limit: 300 }]);
  });

  it('is not asked for a price that nobody knows while a budget in money is to be kept', async () => {
    const other = { ...request, model: 'openai/other' };
    await expect(openRun({ usd: 1 }).chat(other, never)).rejects.toMatchObject({
      code: 'MODEL_PRICE_UNKNOWN',
    });
    expect(await openRun({ tokens: 1000 }).chat(other, never)).toMatchObject({ text: 'Yes.' });
  });

  it('counts nothing for a call that failed', async () => {
    const failing = limitSpending(scriptedModel([new Error('no')]), {
      budget: {
        limits: {},
        used: { spent: { input: 0, output: 0, requests: 0, usd: 0, minutes: 0 }, attempts: 1 },
        alertAt: 1,
      },
      clock: manualClock(),
      costOf: () => 1,
      hasPrice: () => true,
      onSpent: () => Promise.reject(new Error('not to be told')),
      onShortage: () => undefined,
    });
    await expect(failing.chat(request, never)).rejects.toThrow('no');
    expect((await failing.spent()).requests).toBe(0);
  });
});
