import { describe, expect, it } from '@jest/globals';
import { rememberLast } from '../../src/workspace/remember-last.ts';

describe('what was asked last', () => {
  it('is asked once, and again when newer questions took its place', async () => {
    const asked: string[] = [];
    const answer = rememberLast(2, (key) => {
      asked.push(key);
      return Promise.resolve(key.toUpperCase());
    });
    expect(await Promise.all([answer('a'), answer('b'), answer('a')])).toEqual(['A', 'B', 'A']);
    await answer('c');
    await answer('a');
    expect(asked).toEqual(['a', 'b', 'c']);
    await answer('b');
    expect(asked).toEqual(['a', 'b', 'c', 'b']);
  });

  it('is asked again when there was no answer', async () => {
    let times = 0;
    const answer = rememberLast(2, () => {
      times += 1;
      return times === 1 ? Promise.reject(new Error('away')) : Promise.resolve(times);
    });
    await expect(answer('a')).rejects.toThrow('away');
    expect(await answer('a')).toBe(2);
  });
});
