import { describe, expect, it } from '@jest/globals';
import { together } from '../../src/domain/together.ts';

describe('works that go on together', () => {
  it('give their results in their order', async () => {
    const [number, text] = await together([Promise.resolve(1), Promise.resolve('two')]);
    expect([number.toFixed(1), text.toUpperCase()]).toEqual(['1.0', 'TWO']);
  });

  it('fail with the first of them that failed, when the last has come to its end', async () => {
    const slow = Promise.withResolvers<undefined>();
    let hasEnded = false;
    const ended = together([
      slow.promise,
      Promise.reject(new Error('first')),
      Promise.reject(new Error('second')),
    ]).finally(() => (hasEnded = true));
    await Promise.resolve();
    expect(hasEnded).toBe(false);
    slow.resolve(undefined);
    await expect(ended).rejects.toThrow('first');
  });
});
