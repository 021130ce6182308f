import { describe, expect, it } from '@jest/globals';
import { describeFailure, failureCodes } from '../../src/domain/failure.ts';
import type { FailureCode } from '../../src/domain/failure.ts';
import { errorReport, failedAttempts } from '../../src/pipeline/error-report.ts';
import { runRecord } from '../support/run-record.ts';

const now = new Date('2026-01-02T10:30:00.000Z');
const errorOf = (code: FailureCode) => ({ code, message: 'So it is.', stage: 'code', elapsedMs: 1200 });

describe('the report of a failure', () => {
  it('says what happened, to which run, and what can be done', () => {
    const record = runRecord({
      model: 'ollama/coder',
      attempts: 2,
      retries: 1,
      lastError: errorOf('MODEL_TIMEOUT'),
    });
    expect(errorReport(record, errorOf('MODEL_TIMEOUT'), now)).toEqual({
      taskId: 'task-1',
      timestamp: '2026-01-02T10:30:00.000Z',
      error: 'So it is.',
      errorType: 'transient',
      code: 'MODEL_TIMEOUT',
      stage: 'code',
      retryCount: 1,
      model: 'ollama/coder',
      retryable: true,
      runId: 'run-1',
      attempts: [
        { model: 'ollama/coder', attempt: 2, code: 'MODEL_TIMEOUT', error: 'So it is.', elapsedMs: 1200 },
      ],
      inputHash: record.inputHash,
      hint: describeFailure('MODEL_TIMEOUT').hint,
    });
  });

  it('can be retried when its kind of failure may pass or be mended from outside', () => {
    for (const code of failureCodes) {
      const { retryable, errorType } = errorReport(runRecord(), errorOf(code), now);
      expect({ code, retryable }).toEqual({
        code,
        retryable: ['transient', 'model', 'environment'].includes(errorType),
      });
    }
  });
});

describe('the tries that were in vain', () => {
  const attempt = { model: 'm', attempt: 1, code: 'NO_CHANGES', error: 'x', elapsedMs: 1 };

  it('are those of earlier runs where no model was asked, or none failed', () => {
    expect(failedAttempts(runRecord({ history: [attempt], lastError: errorOf('NO_CHANGES') }))).toEqual([
      attempt,
    ]);
    expect(failedAttempts(runRecord({ history: [attempt], model: 'm' }))).toEqual([attempt]);
  });

  it('are bounded, in number and in words', () => {
    const record = runRecord({
      model: 'last',
      history: Array.from({ length: 60 }, () => attempt),
      lastError: { ...errorOf('NO_CHANGES'), message: 'x'.repeat(5000) },
    });
    const attempts = failedAttempts(record);
    expect(attempts).toHaveLength(50);
    expect(attempts.at(-1)?.model).toBe('last');
    expect(attempts.at(-1)?.error?.length).toBeLessThanOrEqual(2000);
  });
});
