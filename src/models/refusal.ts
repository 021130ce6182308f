import type { FailureCode } from '../domain/failure.ts';

/** An answer of a model server that is no 2xx. */
export type Refusal = {
  status: number;
  body: string;
  /** The headers of that name, null when absent. */
  retryAfter: string | null;
  date: string | null;
  location: string | null;
};

/** What the status alone says, where the words of the server say nothing that we know. */
export function codeOfStatus(status: number): FailureCode {
  if (status === 429) return 'MODEL_RATE_LIMITED';
  // 529 is how some providers say that they are overloaded.
  if (status === 503 || status === 529) return 'MODEL_OVERLOADED';
  // A gateway that stands before the server speaks here, not the server.
  if (status === 502) return 'MODEL_UNREACHABLE';
  if (status === 504) return 'MODEL_TIMEOUT';
  return status >= 500 && status !== 501 ? 'MODEL_STREAM_BROKEN' : 'MODEL_BAD_REQUEST';
}

/** Seconds that `Retry-After` asks for. A date is read against the server's own clock, never ours. */
export function secondsToWait({ retryAfter, date }: Refusal): number | undefined {
  if (retryAfter === null) return undefined;
  if (/^\d+$/.test(retryAfter.trim())) return Number(retryAfter);
  const seconds = Math.ceil((Date.parse(retryAfter) - Date.parse(date ?? '')) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

/** The words of an error, which some servers wrap as JSON in a string, so that they may lie two levels deep. */
export function serverWords(body: string): string {
  let said = body;
  for (let depth = 0; depth < 3; depth += 1) {
    const inner = innerWords(said);
    if (inner === null) break;
    said = inner;
  }
  return said;
}

function innerWords(text: string): string | null {
  if (!text.trimStart().startsWith('{')) return null;
  try {
    const { error, message, type, code, status } = JSON.parse(text) as Record<string, unknown>;
    if (typeof error === 'string') return error;
    if (typeof error === 'object' && error !== null) return JSON.stringify(error);
    if (typeof message !== 'string') return null;
    const kinds = [...new Set([type, code, status])].filter((kind) => typeof kind === 'string');
    return kinds.length === 0 ? message : `${message} [${kinds.join(', ')}]`;
  } catch {
    return null;
  }
}

/** A text of a server as one line of a message. */
export function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line === '') return 'nothing further';
  return line.length > 500 ? `${line.slice(0, 500)}…` : line;
}
