import { mkdtempSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Event } from '../../src/domain/event.ts';
import { openDaySpending } from '../../src/journal/day-spending.ts';
import { limitDay, tellOfDay } from '../../src/models/limit-day.ts';
import { manualClock } from '../support/clock.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { question, unaborted } from '../support/ollama-under-test.ts';
import { scriptedModel } from '../support/scripted-model.ts';

const directory = temporaryDirectories();
const hour = 3_600_000;

const prices: Record<string, number | null> = { 'openai/dear': 1, 'openai/unknown': null, 'ollama/own': 0 };

/** Every call of a model that costs anything costs one dollar. The day begins at ten in the morning. */
function openDay(usd: number | null, clock = manualClock(), place = directory()) {
  const events: Event[] = [];
  const model = scriptedModel(Array.from({ length: 9 }, () => 'Yes.'));
  const observe = (event: Event): void => void events.push(event);
  const counted = openDaySpending({ directory: place, now: () => clock.now() });
  const spending = tellOfDay(counted, { usd, alertAt: 0.8, clock, observe });
  const limited = limitDay(model, { usd, costOf: (id) => prices[id] ?? null, spending, clock });
  const ask = (id = 'openai/dear') => limited.chat(question({ model: id }), unaborted());
  return { ask, clock, events, model, place, spending, limited };
}

describe("a day's budget", () => {
  it('stops what costs money, says until when, and lets the rest go on', async () => {
    const day = openDay(2);
    await day.ask();
    await day.ask();
    await expect(day.ask()).rejects.toMatchObject({
      code: 'MODEL_DAY_SPENT',
      message:
        '2.00 USD of the 2.00 USD of this day are spent (`budget.perDay.usd`), so openai/dear is not asked.',
      retryAfterSeconds: (14 * hour) / 1000,
      isInfrastructure: true,
    });
    expect(await day.ask('ollama/own')).toMatchObject({ text: 'Yes.' });
    expect((await day.limited.facts('openai/dear', unaborted())).id).toBe('openai/dear');
    expect(day.model.requests).toHaveLength(3);
  });

  it('begins anew at midnight', async () => {
    const day = openDay(1);
    await day.ask();
    await expect(day.ask()).rejects.toMatchObject({ code: 'MODEL_DAY_SPENT' });
    await day.clock.advance(14 * hour);
    expect(day.spending.today()).toBe(0);
    await day.ask();
    expect(day.spending.today()).toBe(1);
  });

  it('is kept over a restart', async () => {
    const before = openDay(2);
    await before.ask();
    const after = openDay(2, before.clock, before.place);
    expect(after.spending.today()).toBe(1);
    await after.ask();
    await expect(after.ask()).rejects.toMatchObject({ code: 'MODEL_DAY_SPENT' });
  });

  it('tells once when it is nearly used up and once when it is', async () => {
    const day = openDay(5);
    for (let count = 0; count < 5; count += 1) await day.ask();
    expect(day.events).toEqual([
      { type: 'budget:day', day: '2026-01-02', used: 4, limit: 5 },
      { type: 'budget:day', day: '2026-01-02', used: 5, limit: 5 },
    ]);
  });

  it('cannot be kept with a model whose price nobody knows', async () => {
    await expect(openDay(5).ask('openai/unknown')).rejects.toMatchObject({ code: 'MODEL_PRICE_UNKNOWN' });
    expect(await openDay(null).ask('openai/unknown')).toMatchObject({ text: 'Yes.' });
  });

  it('counts calls that end at the same time, and those of which nothing can be written', async () => {
    const day = openDay(null);
    await Promise.all([day.ask(), day.ask(), day.ask()]);
    expect(openDaySpending({ directory: day.place, now: () => day.clock.now() }).today()).toBe(3);
    const broken = openDay(5, day.clock, `${mkdtempSync(`${day.place}/`)}/gone`);
    await expect(broken.ask()).rejects.toMatchObject({ code: 'ENOENT' });
    expect(broken.spending.today()).toBe(1);
  });
});
