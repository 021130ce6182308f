import { Failure } from '../domain/failure.ts';
import { trimEnd } from '../domain/trim-end.ts';

/** Where an Ollama server is: `url` without credentials and without a slash at its end. */
export type OllamaAddress = { url: string; headers: Record<string, string> };

/**
 * Reads a host as users write it: `127.0.0.1`, `box:11434`, `:11434`, `https://name:password@host/path`.
 * A name and password travel as a header, since they must not show up in messages. An address that a server listens on
 * (`0.0.0.0`) is reached by loopback.
 */
export function readAddress(host: string): OllamaAddress {
  const text = host.trim();
  const hasProtocol = text.includes('://');
  let url: URL;
  try {
    url = new URL(hasProtocol ? text : `http://${text.startsWith(':') ? '127.0.0.1' : ''}${text}`);
  } catch {
    throw notAnAddress(text);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw notAnAddress(text);
  if (!hasProtocol && url.port === '') url.port = '11434';
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.hostname === '[::]') url.hostname = '[::1]';
  const headers = url.username === '' ? {} : { authorization: basicLogin(url) };
  return { url: trimEnd(`${url.origin}${url.pathname}`, '/'), headers };
}

function basicLogin(url: URL): string {
  const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return `Basic ${Buffer.from(login).toString('base64')}`;
}

function notAnAddress(text: string): Failure {
  const shown = text.replace(/\/\/[^@/]*@/, '//***@');
  return new Failure(
    'MODEL_UNREACHABLE',
    `\`ollama.hosts\` holds "${shown}"; expected an http:// or https:// address such as http://127.0.0.1:11434.`,
  );
}
