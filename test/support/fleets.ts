import type { Fleet, FleetOptions } from './fleet.ts';
import { openFleet } from './fleet.ts';
import { releasedAfterEach } from './released-after-each.ts';

/** Gives fleets and takes them apart after each test; call it once in a test file. */
export function openFleets(): (options?: FleetOptions) => Promise<Fleet> {
  const opened = releasedAfterEach();
  return (options = {}) => openFleet(options, opened());
}
