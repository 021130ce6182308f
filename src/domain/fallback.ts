import type { Failure } from './failure.ts';
import type { Stage } from './run.ts';

/** Whether another model may bring to an end what this one did not. A reviewer that fails is not the coder's fault. */
export function mayAnotherModelHelp(failure: Failure, stage: Stage): boolean {
  if (stage !== 'code' && stage !== 'check' && stage !== 'guard') return false;
  return isOfTheModel(failure);
}

/** Whether a failure is about a model or its server, and not about the ticket, the gates or the surroundings. */
export function isOfTheModel({ code, errorType }: Failure): boolean {
  return code.startsWith('MODEL_') || errorType === 'model' || code === 'GUARD_PLACEHOLDER';
}

/**
 * The failure that ends a run whose models all failed: the last one that a model is to blame for. When all of them
 * only were not to be had, that is nobody's fault and the ticket waits.
 */
export function decisiveFailure(failures: readonly [Failure, ...Failure[]]): Failure {
  const blamed = failures.filter((failure) => !failure.isInfrastructure);
  const soonest = failures.toSorted((a, b) => waitOf(a) - waitOf(b));
  return blamed.at(-1) ?? soonest[0] ?? failures[0];
}

function waitOf({ retryAfterSeconds }: Failure): number {
  return retryAfterSeconds ?? 0;
}
