import { isIPv6 } from 'node:net';
import { trimEnd } from '../domain/trim-end.ts';

const ollamaPort = '11434';

/**
 * The base URL that a host means, in every form that Ollama itself takes in OLLAMA_HOST: `host`, `host:port`,
 * `:port`, `http://…`. An address to listen on (`0.0.0.0`, `::`) becomes the one to connect to.
 * Null when it is no http(s) host. A name and password in it are kept; whoever shows a host hides them.
 */
export function normaliseHost(written: string): string | null {
  const bare = written.trim().replace(/^["']|["']$/g, '');
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(bare);
  const url = URL.parse(hasScheme ? bare : `http://${withAuthority(bare)}`);
  if (!url || !/^https?:$/.test(url.protocol)) return null;
  if (url.search || url.hash) return null;

  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.hostname === '[::]') url.hostname = '[::1]';
  return trimEnd(url.href, '/');
}

/** Without a scheme the port is Ollama's own, as with the `ollama` command; URL would take 80. */
function withAuthority(bare: string): string {
  if (isIPv6(bare)) return `[${bare}]:${ollamaPort}`;
  const [authority = ''] = bare.split('/', 1);
  const host = authority.startsWith(':') ? `127.0.0.1${authority}` : authority;
  const port = /:\d+$/.test(host) ? '' : `:${ollamaPort}`;
  return host + port + bare.slice(authority.length);
}
