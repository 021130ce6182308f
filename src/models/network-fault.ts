/** Why a request got no answer at all. */
export type NetworkFault = { kind: 'unreachable' | 'timeout' | 'no-http'; words: string };

/** What the network says of a request; null when the error is not one of it. Clients of others wrap the reason. */
export function readNetworkFault(error: unknown): NetworkFault | null {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = (cause as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return null;
  const words = cause instanceof Error && cause.message !== '' ? cause.message : code;
  if (code.startsWith('HPE_')) return { kind: 'no-http', words };
  if (code === 'ETIMEDOUT') return { kind: 'timeout', words };
  return { kind: 'unreachable', words: words.includes(code) ? words : `${words} (${code})` };
}
