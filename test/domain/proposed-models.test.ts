import { describe, expect, it } from '@jest/globals';
import { describeProposed, modelsThatFit, proposedModels } from '../../src/domain/proposed-models.ts';

describe('proposed models', () => {
  it.each([
    [64e9, 'qwen2.5-coder:32b'],
    [16e9, 'qwen3:8b'],
    [8e9, 'qwen2.5-coder:1.5b'],
    [2e9, undefined],
  ])('proposes for %d bytes of memory first %s', (memory, name) => {
    expect(modelsThatFit(memory)[0]?.name).toBe(name);
  });

  it('tells of each what it takes and by which licence it may be used', () => {
    for (const each of proposedModels) {
      expect(each.memory).toBeGreaterThan(each.download);
      expect(describeProposed(each)).toMatch(/^\S+ {2}[\d.]+ GB to fetch, \d+ GB of memory, \S+: ./);
    }
  });
});
