import type { Attempt } from './change.ts';
import type { FailureCode } from './failure.ts';

/** The companion of a failed ticket, `<same base name>.error.json`. */
export type ErrorReport = {
  taskId: string;
  timestamp: string;
  error: string;
  errorType: string;
  code: FailureCode;
  stage: string;
  retryCount: number;
  model: string | null;
  retryable: boolean;
  runId: string;
  /** Of all its runs, the last one at the end. */
  attempts: Attempt[];
  inputHash: string;
  hint: string;
};

/** A companion that is none of ours, or no longer whole, is foreign. */
export type ReadError =
  { kind: 'report'; report: ErrorReport } | { kind: 'none' } | { kind: 'foreign'; reason: string };
