import { describe, expect, it } from '@jest/globals';
import { takeTurns } from '../../src/workspace/take-turns.ts';

describe('takeTurns', () => {
  it('runs one after the other and goes on after a failure', async () => {
    const turns = takeTurns();
    const seen: string[] = [];
    const step = (name: string) => async () => {
      seen.push(`${name} begins`);
      await new Promise(setImmediate);
      seen.push(`${name} ends`);
      if (name === 'b') throw new Error('b failed');
      return name;
    };
    const results = await Promise.allSettled([turns(step('a')), turns(step('b')), turns(step('c'))]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });
});
