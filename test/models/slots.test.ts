import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { measuredLimit } from '../../src/models/slot-limit.ts';
import type { SlotLimit } from '../../src/models/slot-limit.ts';
import { openSlots } from '../../src/models/slots.ts';
import { manualClock } from '../support/clock.ts';
import { unaborted } from '../support/ollama-under-test.ts';

function calls(slots: ReturnType<typeof openSlots>, count: number, signal = unaborted()) {
  const begun: number[] = [];
  const gates = Array.from({ length: count }, () => Promise.withResolvers<undefined>());
  const ends = gates.map(({ promise }, index) =>
    slots.run(() => {
      begun.push(index);
      return promise;
    }, signal),
  );
  const end = async (index: number) => {
    gates[index]?.resolve(undefined);
    await ends[index];
    await Promise.resolve();
  };
  return { begun, end, ends };
}

describe('slots', () => {
  it('let so many in, in the order they came', async () => {
    const slots = openSlots(2, manualClock());
    const { begun, end } = calls(slots, 4);
    await Promise.resolve();
    expect(begun).toEqual([0, 1]);
    expect(slots.load()).toBe(2);
    await end(1);
    expect(begun).toEqual([0, 1, 2]);
    await end(0);
    expect(begun).toEqual([0, 1, 2, 3]);
    await end(2);
    await end(3);
    expect(slots.load()).toBe(0);
  });

  it('let go who does not want to wait any longer', async () => {
    const slots = openSlots(1, manualClock());
    const { end } = calls(slots, 1);
    const impatient = new AbortController();
    const waiting = calls(slots, 1, impatient.signal);
    impatient.abort(new Error('enough'));
    await expect(waiting.ends[0]).rejects.toThrow('enough');
    await end(0);
    expect(slots.load()).toBe(0);
    await expect(slots.run(() => Promise.resolve(), impatient.signal)).rejects.toThrow('enough');
  });

  it('are halved for a minute when the server said it is too much', async () => {
    const clock = manualClock();
    const slots = openSlots(4, clock);
    slots.lower();
    const { begun, end } = calls(slots, 4);
    await Promise.resolve();
    expect(begun).toEqual([0, 1]);
    slots.lower();
    slots.lower();
    await end(0);
    expect(begun).toEqual([0, 1]);
    await clock.advance(60_000);
    await end(1);
    expect(begun).toEqual([0, 1, 2, 3]);
    await end(2);
    await end(3);
  });
});

/** Calls at a server that computes so many together, and lets the first token of the others wait for an answer. */
function rounds(slots: SlotLimit, together: number, { count = 1, waiting = true, alone = 1000 } = {}): void {
  for (let round = 0; round < count; round += 1) {
    const calls = slots.count();
    for (let at = 0; at < calls; at += 1)
      slots.heard(alone * Math.min(calls, together) + Math.floor(at / together) * 20_000, at + 1);
    for (let at = 0; at < calls; at += 1) slots.ended(waiting);
  }
}

describe('slots that are measured', () => {
  it('begin with one, and stay there while nobody waits', () => {
    const limit = measuredLimit(manualClock());
    rounds(limit, 4, { count: 20, waiting: false });
    expect(limit.count()).toBe(1);
  });

  it('become more while calls wait and first tokens come as fast as they should, up to a bound', () => {
    const limit = measuredLimit(manualClock());
    rounds(limit, 100, { count: 60 });
    expect(limit.count()).toBe(8);
  });

  it.each([1, 2, 3])('do not stay at more than what a server computes together: %d', async (together) => {
    const clock = manualClock();
    const limit = measuredLimit(clock);
    const seen: number[] = [];
    for (let minute = 0; minute < 9; minute += 1) {
      rounds(limit, together, { count: 12 });
      seen.push(limit.count());
      await clock.advance(60_000);
    }
    expect(Math.max(...seen)).toBe(together);
    expect(seen.at(-1)).toBe(together);
  });

  it('are halved when the server says that it is too much, and rise again after a minute', async () => {
    const clock = manualClock();
    const limit = measuredLimit(clock);
    rounds(limit, 100, { count: 60 });
    limit.lower();
    expect(limit.count()).toBe(4);
    rounds(limit, 100, { count: 20 });
    expect(limit.count()).toBe(4);
    await clock.advance(60_000);
    rounds(limit, 100, { count: 60 });
    expect(limit.count()).toBe(7);
    await clock.advance(600_000);
    rounds(limit, 100, { count: 20 });
    expect(limit.count()).toBe(8);
    for (let times = 0; times < 5; times += 1) limit.lower();
    expect(limit.count()).toBe(1);
  });

  it('let in who waits as soon as they rise', async () => {
    const slots = openSlots('auto', manualClock());
    const begun: number[] = [];
    const gates = Array.from({ length: 6 }, () => Promise.withResolvers<undefined>());
    const ends = gates.map(({ promise }, index) =>
      slots.run(async (onFirstToken) => {
        begun.push(index);
        onFirstToken();
        await promise;
      }, unaborted()),
    );
    for (const index of [0, 1, 2]) {
      gates[index]?.resolve(undefined);
      await ends[index];
    }
    expect(slots.count()).toBe(2);
    await setImmediate();
    expect(begun).toEqual([0, 1, 2, 3, 4]);
    for (const { resolve } of gates) resolve(undefined);
    await Promise.all(ends);
    expect(slots.load()).toBe(0);
  });
});
