import { describe, expect, it } from '@jest/globals';
import { openPlaces, thisMachine } from '../../src/app/open-places.ts';
import type { Machine } from '../../src/app/open-places.ts';
import type { Rooms } from '../../src/app/open-rooms.ts';
import { manualClock } from '../support/clock.ts';

const many = { ready: 9, running: 9 };

function placesFor(different: { workers?: number | null; slots?: number; isCloud?: boolean } = {}) {
  const { workers = null, slots = 2, isCloud = false } = different;
  const machine = { free: 16 * 1024 ** 3, load: 0 };
  const clock = manualClock();
  const rooms = (pool?: { min: number; max: number }) =>
    ({
      clock,
      loaded: { config: { processing: { concurrency: 3, pool } } },
      workplace: { slots: () => workers },
      servers: { slots: () => slots, defaultModel: () => 'some/model' },
      models: { isElsewhere: () => isCloud },
    }) as unknown as Rooms;
  const injected: Machine = { freeMemory: () => machine.free, load: () => machine.load, cores: () => 2 };
  const open = (asked: number | null, pool?: { min: number; max: number }) =>
    openPlaces(rooms(pool), asked, injected);
  return { open, machine, clock };
}

describe('places for tickets', () => {
  it('are as many as configured, or as a person asks for', () => {
    const { open } = placesFor();
    const fixed = open(null);
    expect([fixed.look(many), fixed.now(), fixed.most, fixed.pool()]).toEqual([3, 3, 3, null]);
    const asked = open(7, { min: 1, max: 2 });
    expect([asked.look(many), asked.most, asked.pool()]).toEqual([7, 7, null]);
  });

  it('follow the machine and the model servers where a pool is wanted', async () => {
    const { open, machine, clock } = placesFor();
    const places = open(null, { min: 1, max: 4 });
    expect([places.now(), places.most]).toEqual([1, 4]);
    expect(places.look(many)).toBe(2);
    await clock.advance(4000);
    expect(places.look(many)).toBe(2);
    expect(places.pool()).toEqual({ min: 1, max: 4, agents: 2, bound: 'slots' });

    // Three for each of two cores.
    machine.load = 6;
    expect(places.look({ ready: 9, running: 2 })).toBe(1);
    expect(places.pool()).toMatchObject({ agents: 1, bound: 'load' });
    [machine.load, machine.free] = [0, 1];
    expect(places.look({ ready: 9, running: 1 })).toBe(1);
    expect(places.pool()).toMatchObject({ bound: 'memory' });
  });

  it('do not count slots of servers that are not asked', async () => {
    const { open, clock } = placesFor({ slots: 1, isCloud: true });
    const places = open(null, { min: 1, max: 4 });
    places.look(many);
    await clock.advance(4000);
    expect(places.look(many)).toBe(3);
  });

  it('are those of the workers where others do the work', () => {
    const places = placesFor({ workers: 12 }).open(null, { min: 1, max: 4 });
    expect([places.look(many), places.now(), places.pool()]).toEqual([12, 12, null]);
  });

  it('know this machine', () => {
    expect(thisMachine.freeMemory()).toBeGreaterThan(0);
    expect(thisMachine.cores()).toBeGreaterThanOrEqual(1);
    expect(thisMachine.load()).toBeGreaterThanOrEqual(0);
  });
});
