import type { Failure } from '../domain/failure.ts';
import { noneAdmitted } from '../domain/routing/choose-models.ts';
import type { Rooms } from './open-rooms.ts';

/** Why nothing can be worked on now, what is nearest first; null when all is well. */
export async function findOutage(
  { disks, forge, workplace, servers, story }: Rooms,
  signal: AbortSignal,
): Promise<Failure | null> {
  return (
    (await disks.outage()) ??
    forge.outage() ??
    workplace.outage() ??
    (await servers.outage(signal)) ??
    noneAdmitted(story.settings().plan)
  );
}
