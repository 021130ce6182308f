import { describe, expect, it } from '@jest/globals';
import { manualClock } from './clock.ts';

describe('the manual clock', () => {
  it('wakes what is due, in order, and nothing else', async () => {
    const clock = manualClock();
    const woken: string[] = [];
    void clock.wait(200).then(() => woken.push('second'));
    void clock.wait(100).then(() => woken.push('first'));
    void clock.wait(999).then(() => woken.push('never'));
    await clock.advance(200);
    expect(woken).toEqual(['first', 'second']);
    expect(clock.waiting()).toBe(1);
    expect(clock.monotonic()).toBe(200);
    expect(clock.now().toISOString()).toBe('2026-01-02T10:00:00.200Z');
  });

  it('runs a loop of waits as often as it would have run', async () => {
    const clock = manualClock();
    let rounds = 0;
    const loop = async (): Promise<void> => {
      for (;;) {
        await clock.wait(10);
        rounds += 1;
      }
    };
    void loop();
    await clock.advance(100);
    expect(rounds).toBe(10);
  });

  it('rejects with the reason of the signal and forgets the wait', async () => {
    const clock = manualClock();
    const abort = new AbortController();
    const wait = clock.wait(100, abort.signal);
    await clock.untilWaiting(1);
    abort.abort(new Error('enough'));
    await expect(wait).rejects.toThrow('enough');
    await expect(clock.wait(1, abort.signal)).rejects.toThrow('enough');
    expect(clock.waiting()).toBe(0);
  });

  it('moves the wall clock without moving time', () => {
    const clock = manualClock();
    clock.setWallClock(new Date('2020-01-01T00:00:00.000Z'));
    expect(clock.now().getUTCFullYear()).toBe(2020);
    expect(clock.monotonic()).toBe(0);
  });
});
