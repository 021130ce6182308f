import { Failure } from '../domain/failure.ts';

export type FetchLimits = {
  /** Milliseconds for the whole answer, its body and its redirections included. */
  timeoutMs: number;
  /** Bytes of a body that are read. */
  mostBytes: number;
};

const mostRedirections = 3;

/**
 * A `fetch` that ends in time, reads no more than it must, and takes what it sends, the token above all, to no other
 * origin than the one that was asked for.
 */
export function boundedFetch({ timeoutMs, mostBytes }: FetchLimits): typeof fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const deadline = AbortSignal.timeout(timeoutMs);
    const signal = init.signal ? AbortSignal.any([init.signal, deadline]) : deadline;
    const answer = await follow(url, { ...init, signal }, mostRedirections);
    const body = hasBody(answer) ? await readAll(answer, mostBytes) : null;
    return new Response(body, {
      status: answer.status,
      statusText: answer.statusText,
      headers: answer.headers,
    });
  };
}

async function follow(url: URL, init: RequestInit, left: number): Promise<Response> {
  const answer = await fetch(url, { ...init, redirect: 'manual' });
  const target = answer.headers.get('location');
  if (![301, 302, 303, 307, 308].includes(answer.status) || target === null) return answer;
  await answer.body?.cancel();
  const next = new URL(target, url);
  if (next.origin !== url.origin)
    throw new Failure('FORGE_UNREACHABLE', `${url.origin} redirects to ${next.origin}, another host.`);
  if (left === 0) throw new Failure('FORGE_UNREACHABLE', `${url.origin} redirects in a circle.`);
  return follow(next, init, left - 1);
}

/** A Response with one of these cannot be made with a body. */
function hasBody({ status, body }: Response): boolean {
  return body !== null && ![204, 205, 304].includes(status);
}

async function readAll(answer: Response, mostBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    size += piece.length;
    if (size > mostBytes)
      throw new Failure('FORGE_UNREACHABLE', `${answer.url} answered more than ${mostBytes} bytes.`);
    pieces.push(piece);
  }
  return Uint8Array.from(Buffer.concat(pieces));
}
