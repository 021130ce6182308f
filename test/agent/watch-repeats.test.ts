import { describe, expect, it } from '@jest/globals';
import { watchRepeats } from '../../src/agent/watch-repeats.ts';

describe('watchRepeats', () => {
  it('warns at the third equal call and stops at the fifth, whatever comes between', () => {
    const repeats = watchRepeats();
    const noted = [];
    for (let round = 0; round < 5; round += 1) {
      noted.push(repeats.note({ name: 'read', arguments: { path: 'a', start: 1 } }));
      repeats.note({ name: 'read', arguments: { path: `other ${round}` } });
    }
    expect(noted).toEqual(['fine', 'fine', 'warn', 'warn', 'stop']);
  });

  it('knows the same arguments in another order, and forgets when a file changed', () => {
    const repeats = watchRepeats();
    repeats.note({ name: 'read', arguments: { path: 'a', start: 1 } });
    repeats.note({ name: 'read', arguments: { start: 1, path: 'a' } });
    expect(repeats.note({ name: 'read', arguments: { path: 'a', start: 1 } })).toBe('warn');
    repeats.reset();
    expect(repeats.note({ name: 'read', arguments: { path: 'a', start: 1 } })).toBe('fine');
  });
});
