import { describeFailure } from '../domain/failure.ts';
import type { FailureCode } from '../domain/failure.ts';
import type { RunRecord } from '../domain/run.ts';
import type { ErrorReport } from '../ports.ts';

/** The companion of a failed ticket, from its record alone, so that a restart can write it too. */
export function errorReport(
  record: RunRecord,
  error: NonNullable<RunRecord['lastError']>,
  now: Date,
): ErrorReport {
  const { code, message, stage, elapsedMs } = error;
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
    attempts: model === null ? [] : [{ model, attempt: record.attempts, code, error: message, elapsedMs }],
    inputHash: record.sha256,
    hint,
  };
}

/** Whether another run could end otherwise while nobody changes the ticket or a rule. */
function isRetryable(code: FailureCode): boolean {
  const { errorType } = describeFailure(code);
  return errorType === 'transient' || errorType === 'model' || errorType === 'environment';
}
