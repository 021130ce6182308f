import type { RequestHandler } from 'express';
import { sendProblem } from './routes/problem.ts';

/**
 * Refuses requests that name another host than ours. A page of another site can make its own name point at
 * 127.0.0.1 and then read our answers as its own; the name in the `Host` header is what gives it away.
 */
export function allowHosts(names: readonly string[]): RequestHandler {
  const allowed = new Set([...loopbackNames, ...names.map((name) => name.toLowerCase())]);
  return (request, response, next) => {
    const hosts = request.rawHeaders.filter(
      (_, i, raw) => i % 2 === 1 && raw[i - 1]?.toLowerCase() === 'host',
    );
    const host = hosts.length === 1 ? hostName(hosts[0] ?? '') : null;
    // A target such as `http://other/` or `*` would name a host beside the header.
    const named = request.originalUrl.startsWith('/') ? host : null;
    const { localAddress } = request.socket;
    // An address cannot be made to point elsewhere, so our own one is safe to be called by.
    if (named !== null && (allowed.has(named) || named === plainAddress(localAddress))) {
      next();
      return;
    }
    const detail = 'This server does not answer under that host name. See `server.allowedHosts`.';
    sendProblem(response, { status: 421, title: 'Misdirected Request', detail });
  };
}

export function isLoopback(host: string): boolean {
  return loopbackNames.includes(host.toLowerCase()) || /^127\.\d+\.\d+\.\d+$/.test(host);
}

const loopbackNames = ['localhost', '127.0.0.1', '::1'];

/** The name in a `Host` header without port and brackets, in lower case; null when it is not well-formed. */
function hostName(header: string): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(header);
  return (match?.[1] ?? match?.[2])?.toLowerCase() ?? null;
}

function plainAddress(address: string | undefined): string | undefined {
  return address?.replace(/^::ffff:/, '');
}
