import { Failure } from '../domain/failure.ts';
import type { Clock } from '../ports.ts';

/** Which models a server could not run a while ago: too large for its memory, or its runner broke down. */
export type Fitness = {
  mark(name: string, failure: Failure): void;
  /** Why the model is left alone there for now; null when it may be tried. */
  doubt(name: string): Failure | null;
};

/** Milliseconds for which a model is left alone. */
const unfitFor = 600_000;

export function rememberFitness(clock: Pick<Clock, 'monotonic'>): Fitness {
  const unfit = new Map<string, { until: number; reason: string }>();
  return {
    mark: (name, { message }) =>
      void unfit.set(name, { until: clock.monotonic() + unfitFor, reason: message }),
    doubt(name) {
      const known = unfit.get(name);
      const waitMs = known === undefined ? 0 : known.until - clock.monotonic();
      if (known === undefined || waitMs <= 0) return null;
      const retryAfterSeconds = Math.ceil(waitMs / 1000);
      return new Failure('MODEL_UNFIT', `It is left alone for a while: ${known.reason}`, {
        retryAfterSeconds,
      });
    },
  };
}
