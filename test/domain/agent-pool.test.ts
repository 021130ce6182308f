import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { emptyPool, sizePool } from '../../src/domain/agent-pool.ts';
import type { Pool, PoolSigns } from '../../src/domain/agent-pool.ts';

const gigabyte = 1024 ** 3;
const limits = { min: 1, max: 4 };
const plenty = { ready: 9, running: 0, slots: null, freeMemory: 8 * gigabyte, load: 0.1 };

/** A pool of so many that has stood for long, with every one at work. */
const standing = (agents: number): Pool => ({ agents, bound: 'max', growsAt: 0, neededAt: 1_000_000 });
const at = 1_000_000;

/** What becomes of a full pool under these signs at once. */
function after(agents: number, signs: Partial<PoolSigns>, pool = standing(agents)): Pool {
  return sizePool(limits, pool, { ...plenty, running: agents, at, ...signs });
}

describe('a pool with work and room', () => {
  it('grows by one in four seconds, up to its most', () => {
    let pool = emptyPool(limits, 0);
    expect(pool).toMatchObject({ agents: 1, bound: 'queue' });
    const sizes = Array.from({ length: 8 }, (_, second) => {
      pool = sizePool(limits, pool, { ...plenty, running: pool.agents, at: second * 2000 });
      return [pool.agents, pool.bound];
    });
    expect(sizes).toEqual([
      [2, 'growing'],
      [2, 'growing'],
      [3, 'growing'],
      [3, 'growing'],
      [4, 'max'],
      [4, 'max'],
      [4, 'max'],
      [4, 'max'],
    ]);
  });

  it('does not grow while nobody would need it', () => {
    expect(after(2, { ready: 0 })).toMatchObject({ agents: 2, bound: 'queue' });
    expect(after(2, { ready: 1 })).toMatchObject({ agents: 3, bound: 'queue' });
  });

  it('lets go of those that nobody needed for a minute, and not sooner', () => {
    const idle = { ready: 0, running: 2 };
    expect(after(4, { ...idle, at: at + 59_999 }).agents).toBe(4);
    expect(after(4, { ...idle, at: at + 60_000 })).toMatchObject({ agents: 2, bound: 'queue' });
    expect(after(4, { ready: 0, running: 0, at: at + 60_000 }).agents).toBe(1);
  });
});

describe('a pool without room', () => {
  it.each([
    ['model slots', { slots: 2 }, 'slots', 2],
    ['memory', { freeMemory: gigabyte / 2 - 1 }, 'memory', 2],
    ['processors', { load: 3 }, 'load', 2],
  ] as const)(
    'shrinks at once for want of %s, and stays so for half a minute',
    (_of, signs, bound, agents) => {
      const small = after(3, signs);
      expect(small).toMatchObject({ agents, bound });
      expect(after(2, { at: at + 29_999 }, small)).toMatchObject({ agents: 2, bound: 'growing' });
      expect(after(2, { at: at + 30_000 }, small).agents).toBe(3);
    },
  );

  it.each([
    ['memory', { freeMemory: gigabyte - 1 }],
    ['memory', { freeMemory: gigabyte / 2 }],
    ['load', { load: 1.5 }],
    ['load', { load: 2.9 }],
  ] as const)('stays as it is between the two marks of %s: %j', (bound, signs) => {
    expect(after(3, signs)).toMatchObject({ agents: 3, bound });
    // One that ends there is replaced.
    expect(after(3, { ...signs, running: 2 }).agents).toBe(3);
  });

  it('keeps its least whatever the signs say', () => {
    const none = { slots: 0, freeMemory: 0, load: 99 };
    expect(after(1, none).agents).toBe(1);
    expect(after(1, { ...none, running: 0 }).agents).toBe(1);
  });

  it('counts what is at work, not what it was allowed', () => {
    expect(after(4, { running: 2, ready: 2, freeMemory: 0 })).toMatchObject({ agents: 1, bound: 'memory' });
  });
});

describe('a pool under any signs', () => {
  const signs = fc.record({
    ready: fc.nat(20),
    running: fc.nat(12),
    slots: fc.option(fc.nat(12)),
    freeMemory: fc.nat(4 * gigabyte),
    load: fc.double({ min: 0, max: 6, noNaN: true }),
    after: fc.nat(20_000),
  });
  const bounds = fc.tuple(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 10 }));

  it('stays within its limits, grows by one, never sooner than allowed, and never flaps', () => {
    fc.assert(
      fc.property(bounds, fc.array(signs, { maxLength: 40 }), (pair, looks) => {
        const within = { min: Math.min(...pair), max: Math.max(...pair) };
        let pool = emptyPool(within, 0);
        let [now, changedAt] = [0, -30_000];
        for (const { after: passed, ...look } of looks) {
          now += passed;
          const next = sizePool(within, pool, { ...look, at: now });
          expect(next.agents).toBeGreaterThanOrEqual(within.min);
          expect(next.agents).toBeLessThanOrEqual(within.max);
          expect(next.agents - pool.agents).toBeLessThanOrEqual(1);
          if (next.agents > pool.agents) {
            expect(now - changedAt).toBeGreaterThanOrEqual(4000);
            expect(look.ready + look.running).toBeGreaterThan(pool.agents);
            changedAt = now;
          }
          pool = next;
        }
      }),
    );
  });
});
