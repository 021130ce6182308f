import { describe, expect, it } from '@jest/globals';
import { openWaitList } from '../../src/pipeline/wait-list.ts';
import { manualClock } from '../support/clock.ts';

describe('the wait list', () => {
  it('counts down by the clock that only goes forward', async () => {
    const clock = manualClock();
    const waits = openWaitList(clock);
    waits.hold('a.md', 10);
    await clock.advance(4000);
    clock.setWallClock(new Date('2030-01-01T00:00:00Z'));
    expect(waits.seconds('a.md')).toBe(6);
    await clock.advance(6000);
    expect(waits.seconds('a.md')).toBe(0);
    expect(waits.seconds('a.md')).toBe(0);
  });

  it('lets go of what need not wait, and of what it never heard of', () => {
    const waits = openWaitList(manualClock());
    waits.hold('a.md', 0);
    expect([waits.seconds('a.md'), waits.seconds('b.md')]).toEqual([0, 0]);
  });

  it('keeps the last word about a file', () => {
    const waits = openWaitList(manualClock());
    waits.hold('a.md', 10);
    waits.hold('a.md', 300);
    expect(waits.seconds('a.md')).toBe(300);
  });
});
