/**
 * CLOSED: calls go through · HALF_OPEN: a few may try whether it is well again · OPEN: none does. Their places in the
 * list are their numbers in the metrics.
 */
export const circuitStates = ['CLOSED', 'HALF_OPEN', 'OPEN'] as const;
export type CircuitState = (typeof circuitStates)[number];

/** A circuit as people see it. Dates are of the wall clock, and null while it is closed. */
export type CircuitView = {
  state: CircuitState;
  /** Failures in a row, up to now. */
  failures: number;
  openedAt: string | null;
  /** When the next call may try; null when one may now. */
  nextAttemptAt: string | null;
};

/** The circuit that lets the most through; of open ones the first that may be tried. */
export function bestCircuit(circuits: readonly CircuitView[]): CircuitView {
  const rank = ({ state }: CircuitView): number => circuitStates.indexOf(state);
  const due = ({ nextAttemptAt }: CircuitView): number => Date.parse(nextAttemptAt ?? '1970-01-01');
  const [best] = circuits.toSorted((a, b) => rank(a) - rank(b) || due(a) - due(b));
  return best ?? { state: 'CLOSED', failures: 0, openedAt: null, nextAttemptAt: null };
}
