import { describe, expect, it } from '@jest/globals';
import { oneAtOnce } from '../../src/pipeline/one-at-once.ts';

/** An act that ends when it is told to. */
function gate() {
  let count = 0;
  let ends: ((error?: Error) => void)[] = [];
  return {
    act: () => {
      count += 1;
      return new Promise<void>((resolve, reject) => {
        ends = [...ends, (error) => (error === undefined ? resolve() : reject(error))];
      });
    },
    count: () => count,
    end: (error?: Error) => ends.shift()?.(error),
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('one at once', () => {
  const open = (signal = new AbortController().signal) => {
    const faults: unknown[] = [];
    const work = gate();
    return { work, faults, looks: oneAtOnce(work.act, { onFault: (error) => faults.push(error), signal }) };
  };

  it('does what was asked for many times meanwhile once more', async () => {
    const { work, looks } = open();
    looks.wake();
    looks.wake();
    looks.wake();
    expect(work.count()).toBe(1);
    work.end();
    await turn();
    expect(work.count()).toBe(2);
    work.end();
    await looks.ended();
    await turn();
    expect(work.count()).toBe(2);
  });

  it('shares the one that runs with whoever asks for one now', async () => {
    const { work, looks } = open();
    const both = [looks.now(), looks.now()];
    expect(work.count()).toBe(1);
    work.end();
    await Promise.all(both);
    expect(work.count()).toBe(1);
    await looks.ended();
  });

  it('tells a fault and goes on', async () => {
    const { work, looks, faults } = open();
    const first = looks.now();
    work.end(new Error('EIO'));
    await first;
    expect(faults).toMatchObject([{ message: 'EIO' }]);
    const second = looks.now();
    work.end();
    await second;
    expect(work.count()).toBe(2);
  });

  it('begins nothing once it is told to end, and takes what that cut short for no fault', async () => {
    const ending = new AbortController();
    const { work, looks, faults } = open(ending.signal);
    looks.wake();
    looks.wake();
    ending.abort();
    work.end(ending.signal.reason as Error);
    await looks.ended();
    await turn();
    looks.wake();
    expect({ count: work.count(), faults }).toEqual({ count: 1, faults: [] });
  });

  it('tells a fault of its own also while it ends', async () => {
    const ending = new AbortController();
    const { work, looks, faults } = open(ending.signal);
    looks.wake();
    ending.abort();
    work.end(new Error('EIO'));
    await looks.ended();
    expect(faults).toMatchObject([{ message: 'EIO' }]);
  });
});
