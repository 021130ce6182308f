import type { Request, RequestHandler } from 'express';
import { sendProblem } from '../routes/problem.ts';

/**
 * Refuses what a page of another site makes a browser send, be it to act or to read. Another port of this machine is
 * another site too, although cookies are sent along with its requests.
 */
export const refuseForeignPages: RequestHandler = (request, response, next) => {
  const site = request.get('sec-fetch-site') ?? 'none';
  const isForeign = site !== 'same-origin' && site !== 'none';
  if (!isForeign && (request.get('origin') === undefined || hasOwnOrigin(request))) next();
  else sendProblem(response, { status: 403, detail: 'Pages of other sites may not use this server.' });
};

/** Whether the page that asks says that it came from this server; the name it has in `Host` was checked before. */
export function hasOwnOrigin(request: Request): boolean {
  const origin = request.get('origin') ?? '';
  const host = request.get('host') ?? '';
  return [`http://${host}`, `https://${host}`].some((own) => origin.toLowerCase() === own.toLowerCase());
}
