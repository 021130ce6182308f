import { describe, expect, it } from '@jest/globals';
import { findOrigin } from '../../src/config/layer.ts';
import type { Layer } from '../../src/config/layer.ts';

function layer(name: string, values: Layer['values'], renamed: Layer['renamed'] = new Map()): Layer {
  return { values, renamed, place: (path) => `${name}:${path.join('/')}` };
}

describe('findOrigin', () => {
  const layers = [layer('low', { a: { b: 1 }, c: 2 }), layer('high', { a: { b: 3 }, d: {} })];

  it('is the last layer that has the value', () => {
    expect(findOrigin(layers, ['a', 'b'])).toEqual({ place: 'high:a/b', writtenAs: 'a.b' });
    expect(findOrigin(layers, ['c'])).toEqual({ place: 'low:c', writtenAs: 'c' });
  });

  it('is the nearest group for what is missing', () => {
    expect(findOrigin(layers, ['d', 'run'])).toEqual({ place: 'high:d', writtenAs: 'd.run' });
  });

  it('is none for a default', () => {
    expect(findOrigin(layers, ['x', 'y'])).toBeNull();
  });

  it('speaks in the name that was written', () => {
    const renamed = layer('old', { now: 1 }, new Map([['now', ['before']]]));
    expect(findOrigin([renamed], ['now'])).toEqual({ place: 'old:before', writtenAs: 'before' });
  });
});
