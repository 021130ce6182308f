import type { RequestHandler, Response } from 'express';
import { json, Router } from 'express';
import * as z from 'zod';
import { onlyMethods, sendProblem } from './routes/problem.ts';

/** A shape of JSON under the name that the API's description has for it. */
export type Shape<Schema extends z.ZodType = z.ZodType> = { name: string; schema: Schema };

/** everyone · reader: on this machine, or who may write · writer: with the API token, or in a session of the page. */
export type Access = 'everyone' | 'reader' | 'writer';

/** What a status brings: JSON of a shape, another kind of content, or nothing. */
export type Answer = { shape: Shape } | { content: string } | null;

/** One thing the server can be asked, with all that its description says of it. */
export type Route = {
  method: 'get' | 'post';
  /** As OpenAPI writes it: `/api/tickets/{id}`. */
  path: string;
  name: string;
  summary: string;
  access: Access;
  query: z.ZodObject | null;
  body: Shape<z.ZodObject> | null;
  answers: Record<number, Answer>;
  handle: RequestHandler;
};

export type Asked<Query, Body> = { id: string; query: Query; body: Body };

type Definition<Query extends z.ZodObject, Body extends z.ZodObject> = Omit<
  Route,
  'query' | 'body' | 'handle'
> & {
  query?: Query;
  body?: Shape<Body>;
  /** Gets what was asked only when it has the right shape; everything else is refused before. */
  handle: (
    asked: Asked<z.output<Query>, z.output<Body>>,
    response: Response,
    request: Parameters<RequestHandler>[0],
  ) => Promise<void> | void;
};

export function defineRoute<Query extends z.ZodObject, Body extends z.ZodObject>(
  definition: Definition<Query, Body>,
): Route {
  const { query, body, handle, ...described } = definition;
  const anything = z.unknown();
  const whole = z.object({
    id: z.string().max(255),
    query: query ?? anything,
    body: body?.schema ?? anything,
  });
  return {
    ...described,
    query: query ?? null,
    body: body ?? null,
    async handle(request, response) {
      const asked = whole.safeParse({
        id: request.params['id'] ?? '',
        query: { ...request.query },
        body: (request.body as unknown) ?? {},
      });
      if (asked.success)
        await handle(asked.data as Asked<z.output<Query>, z.output<Body>>, response, request);
      else sendProblem(response, { status: 400, detail: listIssues(asked.error) });
    },
  };
}

function listIssues({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}

/** The gates that a request of each access goes through before it is answered. */
export type Gates = Record<Access, readonly RequestHandler[]>;

export function mountRoutes(routes: readonly Route[], gates: Gates): Router {
  const router = Router();
  for (const [path, group] of Map.groupBy(routes, (route) => route.path)) {
    const place = router.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    for (const { method, access, body, handle } of group)
      place[method](...gates[access], ...(body === null ? [] : readBody), handle);
    place.all(onlyMethods(...group.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : ['POST']))));
  }
  return router;
}

const mostBytes = 100 * 1024;

/** Refuses by the headers what needs no look at the body. A form of another site can send text, but never JSON. */
const onlySmallJson: RequestHandler = (request, response, next) => {
  const length = Number(request.get('content-length') ?? 0);
  const isEmpty = length === 0 && request.get('transfer-encoding') === undefined;
  if (!isEmpty && request.is('application/json') === false)
    sendProblem(response, { status: 415, detail: 'Send JSON, as content-type application/json.' });
  else if (length > mostBytes)
    sendProblem(response, { status: 413, detail: `Send at most ${mostBytes} bytes.` });
  else next();
};

const readBody = [onlySmallJson, json({ limit: mostBytes, inflate: false })];
