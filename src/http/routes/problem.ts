import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';

/** What went wrong, as RFC 9457 has it. `detail` is for the client's eyes: no path, no stack, no value of ours. */
export type Problem = { status: number; title?: string; detail: string };

export function sendProblem(response: Response, { status, title, detail }: Problem): void {
  const requestId = response.locals['requestId'] as string;
  const problem = { type: 'about:blank', title: title ?? STATUS_CODES[status], status, detail, requestId };
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

/** The last stop of every error: ours are reported and hidden, the client's are told. */
export function reportProblems(onError: (error: unknown, requestId: string) => void): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const status = clientStatus(error);
    if (status !== null) {
      sendProblem(response, { status, detail: 'The request could not be understood.' });
      return;
    }
    onError(error, response.locals['requestId'] as string);
    sendProblem(response, {
      status: 500,
      detail: 'Something went wrong. The log has it under this request id.',
    });
  };
}

function clientStatus(error: unknown): number | null {
  const status = (error as { status?: unknown } | null | undefined)?.status;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}
