import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/domain/failure.ts';
import { setDeadlines } from '../../src/models/deadlines.ts';
import { manualClock } from '../support/clock.ts';

describe('deadlines', () => {
  it('fire with their words once their time is over', async () => {
    const clock = manualClock();
    const deadlines = setDeadlines(clock, new AbortController().signal);
    deadlines.start(100, new Failure('MODEL_TIMEOUT', 'too slow'));
    deadlines.start(200, new Failure('MODEL_TIMEOUT', 'far too slow'));
    await clock.advance(99);
    expect(deadlines.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(deadlines.signal.reason).toMatchObject({ code: 'MODEL_TIMEOUT', message: 'too slow' });
  });

  it('count anew when renewed and never when dropped', async () => {
    const clock = manualClock();
    const deadlines = setDeadlines(clock, new AbortController().signal);
    const renewed = deadlines.start(100, new Failure('MODEL_TIMEOUT', 'renewed'));
    const dropped = deadlines.start(150, new Failure('MODEL_TIMEOUT', 'dropped'));
    await clock.advance(90);
    renewed.renew();
    dropped.drop();
    await clock.advance(99);
    expect(deadlines.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(deadlines.signal.reason).toMatchObject({ message: 'renewed' });
  });

  it('leave no wait behind when they are stopped', async () => {
    const clock = manualClock();
    const deadlines = setDeadlines(clock, new AbortController().signal);
    deadlines.start(100, new Failure('MODEL_TIMEOUT', 'too slow'));
    await clock.untilWaiting(1);
    deadlines.stop();
    expect(clock.waiting()).toBe(0);
    await clock.advance(200);
    expect(deadlines.signal.aborted).toBe(false);
  });

  it('pass on the reason of the caller', () => {
    const caller = new AbortController();
    const deadlines = setDeadlines(manualClock(), caller.signal);
    caller.abort('enough');
    expect(deadlines.signal.reason).toBe('enough');
    deadlines.stop();
  });
});
