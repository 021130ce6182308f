import type { IncomingHttpHeaders } from 'node:http';
import type { Failure } from '../domain/failure.ts';
import { openClient } from './open-client.ts';
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
export type Answer = { headers: Record<string, string>; body: AsyncGenerator<Uint8Array> };

/** Connections to model servers. */
export type Wire = {
  /** One request. Resolves with an answer that is a 2xx; every other end is a failure, or the reason of the signal. */
  send(url: string, init: RequestInit, exchange: WireExchange): Promise<Answer>;
  close(): Promise<void>;
};

export type WireExchange = { dialect: Dialect; signal: AbortSignal };

const usualConnectTimeout = 10_000;

/** Redirects are not followed: a key travels to one address alone. */
export function openWire(connectTimeout = usualConnectTimeout): Wire {
  const client = openClient(connectTimeout);
  return {
    async send(url, init, { dialect, signal }) {
      const request = {
        method: init.method ?? 'GET',
        headers: init.headers as Record<string, string>,
        body: (init.body ?? null) as string | null,
        signal,
      };
      const response = await client.request(url, request).catch((error: unknown) => {
        signal.throwIfAborted();
        throw dialect.unreachable(error) ?? error;
      });
      const { statusCode: status = 0, headers } = response;
      const body = received(response, dialect);
      if (status >= 200 && status < 300) return { headers: plain(headers), body };
      const { text } = await readText(body, longestRefusal);
      throw dialect.refused({
        status,
        body: text,
        retryAfter: headers['retry-after'] ?? null,
        date: headers.date ?? null,
        location: headers.location ?? null,
      });
    },
    close() {
      client.close();
      return Promise.resolve();
    },
  };
}

function plain(headers: IncomingHttpHeaders): Record<string, string> {
  const given = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, [value].flat().join(', ')]));
}

async function* received(body: AsyncIterable<Uint8Array>, dialect: Dialect): AsyncGenerator<Uint8Array> {
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
