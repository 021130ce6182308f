import type { Attempt } from '../domain/change.ts';
import { describeFailure } from '../domain/failure.ts';
import type { FailureCode } from '../domain/failure.ts';
import type { RunRecord } from '../domain/run.ts';
import { cut } from '../domain/untrusted.ts';
import type { ErrorReport } from '../ports.ts';

/** The companion of a failed ticket, from its record alone, so that a restart can write it too. */
export function errorReport(
  record: RunRecord,
  error: NonNullable<RunRecord['lastError']>,
  now: Date,
): ErrorReport {
  const { code, message, stage } = error;
  const { errorType, hint } = describeFailure(code);
  const model = record.model;
  return {
    taskId: record.id,
    timestamp: now.toISOString(),
    error: message,
    errorType,
    code,
    stage,
    retryCount: record.retries,
    model,
    retryable: isRetryable(code),
    runId: record.runId,
    attempts: failedAttempts(record),
    inputHash: record.inputHash,
    hint,
  };
}

/** All the tries that were in vain, the last run's at the end. */
export function failedAttempts({ model, attempts, lastError, history }: RunRecord): Attempt[] {
  if (model === null || lastError === null) return history;
  const { code, message, elapsedMs } = lastError;
  const last = { model, attempt: attempts, code, error: cut(message, 2000), elapsedMs };
  return [...history, last].slice(-mostAttempts);
}

/** A record is written anew at every step, so it must not grow without end. */
const mostAttempts = 50;

/** Whether another run could end otherwise while nobody changes the ticket or a rule. */
function isRetryable(code: FailureCode): boolean {
  const { errorType } = describeFailure(code);
  return errorType === 'transient' || errorType === 'model' || errorType === 'environment';
}
