/** What is posted; `what` names the receiver in messages: its address may be a secret. */
export type Letter = { what: string; url: string; body: string; headers?: Record<string, string> };

/** Posts JSON and wants a 2xx. A redirection is none: it could lead to where the sender may reach and nobody else. */
export async function post({ what, url, body, headers }: Letter, signal: AbortSignal): Promise<void> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
      redirect: 'manual',
      signal,
    });
  } catch (error) {
    const { cause, message } = error as Error;
    throw new Error(`${what} does not answer: ${cause instanceof Error ? cause.message : message}`, {
      cause: error,
    });
  }
  await response.body?.cancel();
  if (!response.ok)
    throw new Error(`${what} answered ${response.status} ${response.statusText}`.trimEnd() + ', not 2xx');
}
