import { Failure } from '../domain/failure.ts';
import { cut, joinLines } from '../domain/untrusted.ts';

/** What Octokit throws for an answer that is no success, or for none; only the latter has no response. */
type RequestError = Error & { status: number; response?: { headers: Record<string, unknown> } };

/** How long nothing is asked after a limit was met; `isGuessed` says that the server did not tell and more is due each time. */
export type Fault = { failure: Failure; restSeconds: number; isGuessed: boolean };

/** Seconds after a refusal that only a person can mend. */
const refusalRest = 60;

/** What went wrong with a request, and for how long nobody should ask again. */
export function readFault(error: unknown, asked: string, now: () => Date): Fault {
  if (error instanceof Failure) return only(error);
  if (!isRequestError(error) || error.response === undefined) return only(silence(error, asked));
  const { status } = error;
  const said = `${asked} was answered with ${status}: ${cut(joinLines(error.message), 500)}`;
  if (status === 401)
    return refused(new Failure('FORGE_UNAUTHORIZED', said, { retryAfterSeconds: refusalRest }));
  if (status === 404)
    return refused(new Failure('FORGE_NOT_FOUND', said, { retryAfterSeconds: refusalRest }));
  if (status === 403 || status === 429)
    return limited(error, said, now) ?? only(new Failure('FORGE_FORBIDDEN', said));
  if (status >= 500) return only(new Failure('FORGE_UNREACHABLE', said));
  return only(new Failure('FORGE_REFUSED', said, { cause: error }));
}

/** The server's own words about a request that it understood and refused. */
export function refusalOf(error: unknown): { status: number; text: string } | null {
  if (!(error instanceof Failure) || !isRequestError(error.cause)) return null;
  return { status: error.cause.status, text: error.cause.message };
}

/** Whether the server says that what was asked for is not there, or not there any more. */
export function isAbsence(error: unknown): boolean {
  return isRequestError(error) && error.response !== undefined && [404, 410].includes(error.status);
}

function only(failure: Failure): Fault {
  return { failure, restSeconds: 0, isGuessed: false };
}

function refused(failure: Failure): Fault {
  return { failure, restSeconds: refusalRest, isGuessed: false };
}

function silence(error: unknown, asked: string): Failure {
  const why = error instanceof Error ? error.message : String(error);
  const { cause } = error as { cause?: unknown };
  if (cause instanceof Failure) return cause;
  return new Failure('FORGE_UNREACHABLE', `${asked} got no answer: ${cut(joinLines(why), 300)}`, {
    cause: error,
  });
}

/** A limit of requests, told by headers or by words; null when it is something else that is forbidden. */
function limited(error: RequestError, said: string, now: () => Date): Fault | null {
  const headers = error.response?.headers ?? {};
  const after = Number(headers['retry-after']);
  const isSecondary = /secondary rate|abuse detection/i.test(error.message);
  const isPrimary = headers['x-ratelimit-remaining'] === '0';
  if (!isSecondary && !isPrimary && error.status !== 429) return null;
  const asked = after > 0 ? after : isPrimary ? untilReset(headers, now) : null;
  const restSeconds = asked ?? 60;
  const failure = new Failure('FORGE_RATE_LIMITED', said, { retryAfterSeconds: restSeconds });
  return { failure, restSeconds, isGuessed: asked === null };
}

/** By the server's own clock where it tells it: ours may be wrong. One second more, because it counts in whole ones. */
function untilReset(headers: Record<string, unknown>, now: () => Date): number | null {
  const reset = Number(headers['x-ratelimit-reset']);
  if (!(reset > 0)) return null;
  const told = Date.parse(typeof headers['date'] === 'string' ? headers['date'] : '');
  const current = Number.isNaN(told) ? now().getTime() : told;
  return Math.min(3600, Math.max(1, Math.ceil(reset - current / 1000) + 1));
}

function isRequestError(error: unknown): error is RequestError {
  return error instanceof Error && typeof (error as Partial<RequestError>).status === 'number';
}
