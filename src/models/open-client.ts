import { Agent, fetch } from 'undici';

/** Connections that set no limits of their own. undici is much to load, so this is what is imported when first needed. */
export function openClient(connectTimeout: number) {
  return {
    fetch,
    dispatcher: new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: connectTimeout } }),
  };
}
