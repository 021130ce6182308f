import type { Failure } from '../domain/failure.ts';
import type { openClient } from './open-client.ts';
import type { Refusal } from './refusal.ts';

const longestRefusal = 64 * 1024;

/** What failures of the network are called by whoever sends a request. */
export type Dialect = {
  refused(refusal: Refusal): Failure;
  /** Null when the error is not one of the network. */
  unreachable(error: unknown): Failure | null;
  broken(cause: unknown): Failure;
};

/** `body` throws the dialect's failure where it breaks off. */
export type Answer = { headers: Headers; body: AsyncGenerator<Uint8Array> };

/** Connections to model servers. */
export type Wire = {
  /** One request. Resolves with an answer that is a 2xx; every other end is a failure, or the reason of the signal. */
  send(url: string, init: RequestInit, exchange: WireExchange): Promise<Answer>;
  close(): Promise<void>;
};

/** `within`: milliseconds after which the signal fires at the latest; absent when that is not known. */
export type WireExchange = { dialect: Dialect; signal: AbortSignal; within?: number };

/** Milliseconds that Node's own fetch waits for headers, and for more of a body. */
const patience = 300_000;
const usualConnectTimeout = 10_000;

/**
 * Servers may send headers only with the first token, which may take longer than undici's own limits, so these are off
 * and the signal of an exchange is the only clock; what is over sooner than they are goes by Node's own fetch, for
 * undici is much to load. Redirects are not followed: a key travels to one address alone.
 */
export function openWire(connectTimeout?: number): Wire {
  let opened: Promise<ReturnType<typeof openClient>> | null = null;
  const isBrief = (within = patience): boolean => within < patience && connectTimeout === undefined;
  const patient = () => (opened ??= loadClient(connectTimeout ?? usualConnectTimeout));
  return {
    async send(url, init, { dialect, signal, within }) {
      const fetch = isBrief(within) ? globalThis.fetch : (await patient()).fetch;
      const response = await fetch(url, {
        method: init.method ?? 'GET',
        headers: init.headers as Record<string, string>,
        body: (init.body ?? null) as string | null,
        redirect: 'manual',
        signal,
      }).catch((error: unknown) => {
        signal.throwIfAborted();
        throw dialect.unreachable(error) ?? error;
      });
      const { status, headers } = response;
      const body = received(response.body ?? [], dialect);
      if (response.ok) return { headers: headers as unknown as Headers, body };
      const { text } = await readText(body, longestRefusal);
      throw dialect.refused({
        status,
        body: text,
        retryAfter: headers.get('retry-after'),
        date: headers.get('date'),
        location: headers.get('location'),
      });
    },
    async close() {
      if (opened !== null) await (await opened).close();
    },
  };
}

/** Loaded by the first request. */
async function loadClient(connectTimeout: number): Promise<ReturnType<typeof openClient>> {
  return (await import('./open-client.ts')).openClient(connectTimeout);
}

async function* received(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  dialect: Dialect,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    throw dialect.broken(cause);
  }
}

/** A whole body as text, up to a limit in bytes. */
export async function readText(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<{ text: string; isCut: boolean }> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    parts.push(chunk);
    if (size > limit) break;
  }
  return { text: Buffer.concat(parts).subarray(0, limit).toString('utf8'), isCut: size > limit };
}
