import type { Failure } from '../../domain/failure.ts';
import type { DaySpending } from '../../journal/day-spending.ts';
import type { Workshop } from '../../ports.ts';
import type { QueueView } from '../../queue/flights.ts';
import type { RoomOptions } from '../open-rooms.ts';
import type { WorkshopParts } from './open-workshop.ts';

/** Where changes are made. */
export type Workplace = {
  workshop: Workshop;
  /** How many can be made there at the same time; null: as many as this machine is set to. */
  slots: () => number | null;
  /** Why none can be made now; null when all is well. */
  outage: () => Failure | null;
  /** The queue to other machines; null without one. */
  queue: (() => QueueView) | null;
};

/** Here, or on other machines; with `queue.onOutage` "local" here for as long as those cannot be reached. */
export async function chooseWorkshop(
  options: Pick<RoomOptions, 'loaded' | 'works'>,
  parts: WorkshopParts & { redact: (text: string) => string; spending: DaySpending },
  stack: AsyncDisposableStack,
): Promise<Workplace> {
  if (!options.works) return { ...here, workshop: idleWorkshop };
  const { openWorkshop } = await import('./open-workshop.ts');
  const { driver, onOutage } = parts.config.queue;
  if (driver === 'local') return { ...here, workshop: await openWorkshop(parts) };
  // The library of the queue is loaded by those who use it.
  const { openRemoteWorkshop } = await import('./open-remote-workshop.ts');
  const remote = await openRemoteWorkshop({ ...parts, loaded: options.loaded });
  stack.defer(() => remote.queue.close());
  const { outage, slots, view } = remote.queue;
  if (onOutage === 'wait') return { workshop: remote, slots, outage, queue: view };
  const local = await openWorkshop(parts);
  return {
    workshop: {
      makeChange: (...order) => (outage() === null ? remote : local).makeChange(...order),
    },
    slots: () => (outage() === null ? slots() : null),
    outage: () => null,
    queue: view,
  };
}

const here = { slots: () => null, outage: () => null, queue: null };

const idleWorkshop: Workshop = {
  makeChange: () => Promise.reject(new Error('nothing is worked on while a command has the lock')),
};
