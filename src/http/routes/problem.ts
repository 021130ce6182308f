import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { FailureCode } from '../../domain/failure.ts';
import { Failure } from '../../domain/failure.ts';

/**
 * What went wrong, as RFC 9457 has it. `detail` is for the client's eyes: no path, no stack, no value of ours. A
 * failure of the catalogue brings its code and what can be done about it.
 */
export type Problem = {
  status: number;
  title?: string;
  detail: string;
  code?: FailureCode;
  hint?: string;
};

export function sendProblem(response: Response, { status, title, detail, ...more }: Problem): void {
  const requestId = response.locals['requestId'] as string;
  const named = title ?? STATUS_CODES[status];
  const problem = { type: 'about:blank', title: named, status, detail, requestId, ...more };
  response.status(status).type('application/problem+json').send(JSON.stringify(problem));
}

/** Gives every request an id, by which a person finds it in the log. */
export function nameRequests(newId: () => string): RequestHandler {
  return (_request, response, next) => {
    response.locals['requestId'] = newId();
    next();
  };
}

export const unknownRoute: RequestHandler = (_request, response) =>
  sendProblem(response, { status: 404, detail: 'There is nothing here.' });

/** For the methods that a route does not have. */
export function onlyMethods(...methods: string[]): RequestHandler {
  return (request, response) => {
    response.setHeader('allow', methods.join(', '));
    sendProblem(response, { status: 405, detail: `${request.method} is not possible here.` });
  };
}

/** The last stop of every error: the client's and those of the catalogue are told, all others reported and hidden. */
export function reportProblems(onError: (error: unknown, requestId: string) => void): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const problem = clientProblem(error) ?? knownProblem(error) ?? hiddenProblem;
    if (problem.status >= 500) onError(error, response.locals['requestId'] as string);
    sendProblem(response, problem);
  };
}

const hiddenProblem: Problem = {
  status: 500,
  detail: 'Something went wrong. The log has it under this request id.',
};

function clientProblem(error: unknown): Problem | null {
  const status = (error as { status?: unknown } | null | undefined)?.status;
  if (typeof status !== 'number' || status < 400 || status >= 500) return null;
  return { status, detail: 'The request could not be understood.' };
}

function knownProblem(error: unknown): Problem | null {
  if (!(error instanceof Failure) || error.code === 'INTERNAL') return null;
  const { code, message, hint } = error;
  return { status: statusOf(error), detail: message, code, hint };
}

function statusOf({ code, errorType, isInfrastructure }: Failure): number {
  const status = statuses[code];
  if (status !== undefined) return status;
  if (isInfrastructure) return 503;
  // A person's decision met a state of things in which it cannot be carried out.
  return errorType === 'environment' ? 500 : 409;
}

const statuses: Partial<Record<FailureCode, number>> = {
  BAD_USAGE: 400,
  TICKET_NOT_FOUND: 404,
  NOT_POSSIBLE: 409,
  MERGE_REFUSED: 409,
  TICKET_INVALID: 422,
};
