import { describe, expect, it } from '@jest/globals';
import { repeatEvery } from '../../src/pipeline/repeat-every.ts';
import { manualClock } from '../support/clock.ts';

describe('what is repeated', () => {
  it('is done each time its time has passed, also after a fault, until it is told to end', async () => {
    const clock = manualClock();
    const ending = new AbortController();
    const faults: unknown[] = [];
    let times = 0;
    const repeating = repeatEvery(
      60_000,
      () => {
        times += 1;
        return times === 2 ? Promise.reject(new Error('no')) : Promise.resolve();
      },
      { clock, signal: ending.signal, onFault: (error) => void faults.push(error) },
    );
    await clock.advance(59_999);
    expect(times).toBe(0);
    await clock.advance(1);
    await clock.advance(180_000);
    expect(times).toBe(4);
    expect(faults).toEqual([new Error('no')]);
    ending.abort();
    await repeating;
    await clock.advance(600_000);
    expect(times).toBe(4);
  });

  it('is told of no fault that its end brings about', async () => {
    const clock = manualClock();
    const ending = new AbortController();
    const faults: unknown[] = [];
    const act = (): Promise<never> => {
      ending.abort();
      return Promise.reject(new Error('cut short'));
    };
    const repeating = repeatEvery(1, act, {
      clock,
      signal: ending.signal,
      onFault: (error) => void faults.push(error),
    });
    await clock.advance(1);
    await repeating;
    expect(faults).toEqual([]);
  });
});
