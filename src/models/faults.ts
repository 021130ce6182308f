import type { FailureCode } from '../domain/failure.ts';

/** What the server itself is to blame for: no connection, no first byte, a gateway or a server that refuses everyone. */
const ofTheHost: readonly FailureCode[] = [
  'MODEL_UNREACHABLE',
  'MODEL_TIMEOUT',
  'MODEL_OVERLOADED',
  'MODEL_KEY_REFUSED',
  'MODEL_CREDIT_SPENT',
];

/** A stream that breaks says neither that the server is well nor that it is not. */
const undecided: readonly FailureCode[] = ['MODEL_STALLED', 'MODEL_STREAM_BROKEN', 'INTERNAL'];

/** What may be gone at the next try. A slow model is as slow again, and a refusing circuit refuses again. */
const passing: readonly FailureCode[] = [
  'MODEL_UNREACHABLE',
  'MODEL_OVERLOADED',
  'MODEL_RATE_LIMITED',
  'MODEL_STREAM_BROKEN',
];

/** What the request or the model is to blame for, wherever it runs. */
const everywhereTheSame: readonly FailureCode[] = [
  'MODEL_BAD_REQUEST',
  'MODEL_BAD_TOOL_CALL',
  'MODEL_CONTEXT_OVERFLOW',
  'MODEL_EMPTY_ANSWER',
  'MODEL_REFUSED',
  'MODEL_TOOLS_UNSUPPORTED',
  'INTERNAL',
];

/** What a call says about the health of its host. A missing model or a bad request was answered by a host that is well. */
export function verdictOnHost(code: FailureCode): 'ill' | 'well' | 'undecided' {
  if (ofTheHost.includes(code)) return 'ill';
  return undecided.includes(code) ? 'undecided' : 'well';
}

export function isPassing(code: FailureCode): boolean {
  return passing.includes(code);
}

export function mayDifferElsewhere(code: FailureCode): boolean {
  return !everywhereTheSame.includes(code);
}
