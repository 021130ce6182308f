/** Why a request got no answer at all. */
export type NetworkFault = { kind: 'unreachable' | 'timeout' | 'no-http'; words: string };

/**
 * What the network says of a request; null when the error is not one of it. Node's fetch wraps the reason, and an
 * address that it refuses itself, by its port say, has words and no code.
 */
export function readNetworkFault(error: unknown): NetworkFault | null {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (cause instanceof Error && cause.name === 'HTTPParserError')
    return { kind: 'no-http', words: cause.message };
  const code = (cause as { code?: unknown } | null)?.code;
  if (typeof code !== 'string')
    return isRefusedByFetch(error, cause) ? { kind: 'unreachable', words: cause.message } : null;
  const words = cause instanceof Error && cause.message !== '' ? cause.message : code;
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return { kind: 'timeout', words };
  return { kind: 'unreachable', words: words.includes(code) ? words : `${words} (${code})` };
}

function isRefusedByFetch(error: unknown, cause: unknown): cause is Error {
  return (
    error instanceof TypeError &&
    error.message === 'fetch failed' &&
    cause instanceof Error &&
    cause !== error
  );
}
