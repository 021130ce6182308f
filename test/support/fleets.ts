import { afterEach } from '@jest/globals';
import type { Fleet, FleetOptions } from './fleet.ts';
import { openFleet } from './fleet.ts';

/** Gives fleets and takes them apart after each test; call it once in a test file. */
export function openFleets(): (options?: FleetOptions) => Promise<Fleet> {
  let opened = new AsyncDisposableStack();
  afterEach(async () => {
    const before = opened;
    opened = new AsyncDisposableStack();
    await before.disposeAsync();
  });
  return (options = {}) => openFleet(options, opened);
}
