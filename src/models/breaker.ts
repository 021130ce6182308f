import type { CircuitState, CircuitView } from '../domain/circuit.ts';
import { Failure, toFailure } from '../domain/failure.ts';
import type { Clock } from '../ports.ts';
import { verdictOnHost } from './faults.ts';
import type { Policy } from './policy.ts';

export type BreakerOptions = {
  /** What it stands before, for messages. */
  target: string;
  /** Failures in a row that open it. */
  failureThreshold: number;
  /** Successes of trial calls that close it again. */
  successThreshold: number;
  /** Trial calls at the same time. */
  halfOpenRequests: number;
  /** Milliseconds for which it stays open before it lets a trial through. */
  resetTimeout: number;
  clock: Pick<Clock, 'now' | 'monotonic'>;
  onChange: (change: { from: CircuitState; to: CircuitState; reason: string | null }) => void;
};

export type Breaker = {
  /** Throws `MODEL_CIRCUIT_OPEN` in place of a call that is not let through. */
  run: Policy;
  /** Whether a call would be refused now. */
  refuses(): boolean;
  /** Milliseconds until a trial may go; 0 when a call may go now. */
  waitMs(): number;
  view(): CircuitView;
};

/**
 * CLOSED counts failures in a row; `failureThreshold` of them open it.
 * OPEN refuses until `resetTimeout` is over; the first call after that makes it half open.
 * HALF_OPEN lets `halfOpenRequests` through at a time; `successThreshold` successes close it, one failure opens it again.
 */
type State =
  | { kind: 'CLOSED'; failures: number }
  | { kind: 'OPEN'; failures: number; openedAt: Date; until: number }
  | { kind: 'HALF_OPEN'; failures: number; openedAt: Date; successes: number; trials: number };

export function openBreaker(options: BreakerOptions): Breaker {
  const { clock, target } = options;
  let state: State = { kind: 'CLOSED', failures: 0 };
  let changes = 0;

  function become(next: State, reason: string | null): void {
    const from = state.kind;
    state = next;
    if (from === next.kind) return;
    changes += 1;
    options.onChange({ from, to: next.kind, reason });
  }

  const waitMs = (): number => (state.kind === 'OPEN' ? Math.max(0, state.until - clock.monotonic()) : 0);

  const refuses = (): boolean =>
    state.kind === 'HALF_OPEN' ? state.trials >= options.halfOpenRequests : waitMs() > 0;

  function admit(): void {
    if (refuses()) throw refusal(target, waitMs());
    if (state.kind === 'OPEN') become({ ...state, kind: 'HALF_OPEN', successes: 0, trials: 0 }, null);
    if (state.kind === 'HALF_OPEN') become({ ...state, trials: state.trials + 1 }, null);
  }

  /** A call that was let through before the circuit changed says nothing about it now. */
  function leave(admitted: number, outcome: 'ill' | 'well' | 'undecided', reason: string | null): void {
    if (changes !== admitted) return;
    if (state.kind === 'HALF_OPEN') become({ ...state, trials: state.trials - 1 }, null);
    if (outcome === 'well') become(afterSuccess(state, options), null);
    if (outcome === 'ill') become(afterFailure(state, options), reason);
  }

  return {
    refuses,
    waitMs,
    async run(act, signal) {
      signal.throwIfAborted();
      admit();
      const admitted = changes;
      try {
        const result = await act();
        leave(admitted, 'well', null);
        return result;
      } catch (error) {
        const { code, message } = toFailure(error);
        leave(admitted, signal.aborted ? 'undecided' : verdictOnHost(code), message);
        throw error;
      }
    },
    view: () => viewOf(state, waitMs(), clock.now()),
  };
}

function afterSuccess(state: State, { successThreshold }: BreakerOptions): State {
  if (state.kind !== 'HALF_OPEN') return { kind: 'CLOSED', failures: 0 };
  const successes = state.successes + 1;
  return successes < successThreshold ? { ...state, successes } : { kind: 'CLOSED', failures: 0 };
}

function afterFailure(state: State, { failureThreshold, resetTimeout, clock }: BreakerOptions): State {
  const failures = state.failures + 1;
  if (state.kind === 'CLOSED' && failures < failureThreshold) return { ...state, failures };
  return { kind: 'OPEN', failures, openedAt: clock.now(), until: clock.monotonic() + resetTimeout };
}

function viewOf(state: State, waitMs: number, now: Date): CircuitView {
  return {
    state: state.kind,
    failures: state.failures,
    openedAt: state.kind === 'CLOSED' ? null : state.openedAt.toISOString(),
    nextAttemptAt: waitMs === 0 ? null : new Date(now.getTime() + waitMs).toISOString(),
  };
}

function refusal(target: string, waitMs: number): Failure {
  const said = `${target} failed too often and is left alone`;
  if (waitMs === 0) return new Failure('MODEL_CIRCUIT_OPEN', `${said} while another call tries it.`);
  const seconds = Math.ceil(waitMs / 1000);
  return new Failure('MODEL_CIRCUIT_OPEN', `${said} for another ${seconds} s.`, {
    retryAfterSeconds: seconds,
  });
}
