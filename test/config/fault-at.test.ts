import { describe, expect, it } from '@jest/globals';
import { faultAt } from '../../src/config/fault-at.ts';
import type { Layer } from '../../src/config/layer.ts';

const layer: Layer = {
  values: { folders: { processing: 'x' } },
  renamed: new Map([['folders.processing', ['folders', 'doing']]]),
  place: (path) => `here:${path.join('/')}`,
};
const context = { layers: [layer] };

describe('faultAt', () => {
  it('speaks of a value by the name and place that were written', () => {
    expect(faultAt(['folders', 'processing'], { found: 'x', expected: 'y' }, context)).toEqual({
      path: 'folders.doing',
      place: 'here:folders/doing',
      found: '"x"',
      expected: 'y',
      advice: 'correct it, or remove it for the default "backlog/processing"',
    });
  });

  it('has no place for a default', () => {
    const fault = faultAt(['git', 'baseBranch'], { found: undefined, expected: 'y' }, context);
    expect(fault).toMatchObject({ path: 'git.baseBranch', place: null, found: 'nothing', advice: 'add it' });
  });

  it('takes better advice when there is some', () => {
    const fault = faultAt(['git', 'baseBranch'], { found: 1, expected: 'y', hint: 'think' }, context);
    expect(fault.advice).toBe('think');
  });
});
