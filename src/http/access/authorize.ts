import type { Request, RequestHandler, Response } from 'express';
import { isLoopback } from '../allow-hosts.ts';
import { sendProblem } from '../routes/problem.ts';
import { hasOwnOrigin } from './own-pages.ts';
import type { Attempts } from './rate-limits.ts';
import { isSameSecret } from './same-secret.ts';
import type { Sessions } from './sessions.ts';

export type Authority = {
  /** The API token; null when none is set. */
  token: string | null;
  sessions: Sessions;
  /** Wrong tokens and keys so far, by address. */
  attempts: Attempts;
};

/** How a request shows that it may write. */
type Proof = 'token' | 'session' | 'wrong-token' | 'none';

/** Lets those write who have the API token or a session of the page. */
export function onlyWriters(authority: Authority): RequestHandler {
  return async (request, response, next) => {
    const proof = prove(request, authority);
    if (proof === 'session' && !isOfOurPage(request))
      refuse(response, 403, 'A session writes only from the page itself.');
    else if (await isProved(request, response, { proof, authority })) next();
  };
}

/** Lets everybody on this machine read, and from elsewhere those who may write. */
export function onlyReaders(authority: Authority): RequestHandler {
  return async (request, response, next) => {
    if (isLocal(request)) next();
    else if (await isProved(request, response, { proof: prove(request, authority), authority })) next();
  };
}

/** For the page: whether its buttons would do anything. */
export function mayWrite(request: Request, authority: Authority): boolean {
  return ['token', 'session'].includes(prove(request, authority));
}

/** Named after the port: cookies know hosts only, and several daemons may run on this one. */
export function sessionCookie(request: Request): string {
  return `ticketmill-${request.socket.localPort ?? 0}`;
}

export const howToWrite =
  'Open the one-time link that `ticketmill start` and `ticketmill status` print, or send ' +
  '`Authorization: Bearer …` with the token of TICKETMILL_API_TOKEN.';

const howToSetToken =
  ' No token is set: put TICKETMILL_API_TOKEN into the environment or into .env and start anew.';

function prove(request: Request, { token, sessions }: Authority): Proof {
  const header = request.get('authorization');
  if (header !== undefined) {
    const given = /^bearer +(\S+)$/i.exec(header)?.[1] ?? '';
    return token !== null && isSameSecret(given, token) ? 'token' : 'wrong-token';
  }
  return sessions.isOpen(readCookie(request, sessionCookie(request))) ? 'session' : 'none';
}

async function isProved(
  request: Request,
  response: Response,
  { proof, authority }: { proof: Proof; authority: Authority },
): Promise<boolean> {
  if (proof === 'session') return true;
  if (await authority.attempts.areTooMany(request)) {
    refuse(response, 429, 'Too many wrong tokens came from this address. Wait a minute.');
    return false;
  }
  if (proof === 'token') return true;
  if (proof === 'wrong-token') await authority.attempts.count(request);
  response.setHeader('www-authenticate', 'Bearer');
  if (authority.token === null) refuse(response, 403, howToWrite + howToSetToken);
  else refuse(response, 401, proof === 'none' ? howToWrite : `The token is not the right one. ${howToWrite}`);
  return false;
}

/**
 * The cookie comes along whatever made the browser send the request. That it was our own page is shown by its origin,
 * and by a header that no form can set.
 */
function isOfOurPage(request: Request): boolean {
  return hasOwnOrigin(request) && request.get('x-requested-with') === 'ticketmill';
}

/** A proxy on this machine speaks for people elsewhere. */
function isLocal(request: Request): boolean {
  const address = request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
  return (
    isLoopback(address) &&
    !['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some((name) => request.get(name))
  );
}

function readCookie(request: Request, name: string): string {
  const pairs = (request.get('cookie') ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
}

function refuse(response: Response, status: number, detail: string): void {
  sendProblem(response, { status, detail });
}
