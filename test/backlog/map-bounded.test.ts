import { describe, expect, it } from '@jest/globals';
import { mapBounded } from '../../src/backlog/map-bounded.ts';

describe('mapBounded', () => {
  it('keeps the order and never has more than the limit in work', async () => {
    let working = 0;
    let most = 0;
    const doubled = await mapBounded([5, 4, 3, 2, 1, 0], 3, async (number) => {
      working += 1;
      most = Math.max(most, working);
      for (let turn = 0; turn < number; turn += 1) await Promise.resolve();
      working -= 1;
      return number * 2;
    });
    expect(doubled).toEqual([10, 8, 6, 4, 2, 0]);
    expect(most).toBe(3);
  });

  it('maps nothing to nothing and passes a failure on', async () => {
    expect(await mapBounded([], 3, () => Promise.resolve(1))).toEqual([]);
    await expect(mapBounded([1], 3, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});
