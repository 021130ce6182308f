import { expect, it } from '@jest/globals';
import type { CircuitView } from '../../src/domain/circuit.ts';
import { bestCircuit } from '../../src/domain/circuit.ts';

const closed: CircuitView = { state: 'CLOSED', failures: 1, openedAt: null, nextAttemptAt: null };
const half: CircuitView = { ...closed, state: 'HALF_OPEN' };
const open = (nextAttemptAt: string | null): CircuitView => ({ ...closed, state: 'OPEN', nextAttemptAt });
const [soon, late] = [open('2026-01-01T10:00:00Z'), open('2026-01-01T11:00:00Z')];

it.each<[string, CircuitView[], CircuitView]>([
  ['lets all through, where one does', [soon, half, closed], closed],
  ['lets a few try, before those that let none', [soon, half], half],
  ['may be tried first, of those that are open', [late, soon], soon],
  ['may be tried now, before one that waits', [soon, open(null)], open(null)],
  ['is closed where there is none', [], { ...closed, failures: 0 }],
])('the best circuit %s', (_what, circuits, best) => {
  expect(bestCircuit(circuits)).toEqual(best);
});
