import { describe, expect, it } from '@jest/globals';
import { inertKeys, setAsideInert } from '../../src/config/inert-keys.ts';
import { configSchema } from '../../src/config/schema.ts';

describe('setAsideInert', () => {
  it('takes keys that nothing reads out of the tree, with a notice each', () => {
    const { tree, notices } = setAsideInert({
      mcp: { servers: {} },
      processing: { moveDelay: 500, concurrency: 2 },
    });
    expect(tree).toEqual({ processing: { concurrency: 2 } });
    expect(notices).toEqual([
      '`mcp` has no meaning here: servers whose tools the coder may use stand in `agent.mcp`.',
      '`processing.moveDelay` has no meaning here: a move is one step.',
    ]);
  });

  it('has no key that the schema has: such a key would never be read', () => {
    const first = inertKeys.filter(({ path }) => !path.includes('.')).map(({ path }) => path);
    expect(first.filter((key) => key in configSchema.shape)).toEqual([]);
    expect(new Set(inertKeys.map(({ path }) => path)).size).toBe(inertKeys.length);
  });
});
