import { Agent, fetch } from 'undici';

/** What is asked for, and what of the answer is looked at. */
type PatientRequest = {
  method: string;
  headers: Record<string, string>;
  body: string | null;
  redirect: 'manual';
  signal: AbortSignal;
};
type PatientResponse = {
  status: number;
  ok: boolean;
  headers: Pick<Headers, 'get'>;
  body: AsyncIterable<Uint8Array> | null;
};

/** Connections that set no limits of their own. undici is much to load, so this is what is imported when first needed. */
export function openClient(connectTimeout: number) {
  const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: connectTimeout } });
  return {
    fetch: (url: string, request: PatientRequest): Promise<PatientResponse> =>
      fetch(url, { ...request, dispatcher }),
    close: () => dispatcher.destroy(),
  };
}
