import { describe, expect, it } from '@jest/globals';
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
