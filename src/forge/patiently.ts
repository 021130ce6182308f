import { toFailure } from '../domain/failure.ts';
import type { Clock } from '../ports.ts';

export type Patience = {
  clock: Pick<Clock, 'wait'>;
  /** From 0 to 1. */
  random: () => number;
};

/** Seconds before each repetition at most. */
const waits = [1, 2, 4, 8];

/**
 * Repeats what got no answer. `act` is run whole again, so it begins by looking what there is: a request that was
 * carried out although its answer was lost is found, not repeated.
 */
export async function patiently<T>({ clock, random }: Patience, act: () => Promise<T>): Promise<T> {
  for (const seconds of waits) {
    try {
      return await act();
    } catch (error) {
      if (toFailure(error).code !== 'FORGE_UNREACHABLE') throw error;
      await clock.wait(seconds * 1000 * (0.5 + random() / 2));
    }
  }
  return act();
}
