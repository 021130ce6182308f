import type { FailureCode } from './failure.ts';
import { failureCodes } from './failure.ts';
import { refusalCodes } from './refusal-code.ts';

/** Why a finished run waits for a person in `review/` instead of being published: a failure, or only a decision. */
export const holdCodes = [
  'CHECKS_STILL_RED',
  'REVIEW_BLOCKED',
  ...refusalCodes,
  'NO_CHANGE_NEEDED',
  'QUESTION',
  'ANSWERED',
  'SPLIT',
] as const;

export type HoldCode = (typeof holdCodes)[number];

const failures: ReadonlySet<string> = new Set(failureCodes);

export function isFailureCode(code: FailureCode | HoldCode): code is FailureCode {
  return failures.has(code);
}
