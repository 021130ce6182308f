import { STATUS_CODES } from 'node:http';
import * as z from 'zod';
import type { Access, Answer, Route, Shape } from './route.ts';

type Json = Record<string, unknown>;

/** The description of the routes as OpenAPI 3.1, made of the very shapes that requests are checked with. */
export function describeApi(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes)
    paths[route.path] = { ...paths[route.path], [route.method]: describeRoute(route) };
  return {
    openapi: '3.1.1',
    info: {
      title: 'ticketmill',
      version,
      summary: 'Drop a Markdown ticket into a folder; get a reviewed pull request.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    paths,
    components: { schemas: describeShapes(routes), securitySchemes },
  };
}

const securitySchemes = {
  token: { type: 'http', scheme: 'bearer', description: 'TICKETMILL_API_TOKEN.' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'ticketmill-PORT',
    description:
      'Set by the one-time link. Writes need the own `Origin` and the header `X-Requested-With: ticketmill` as well.',
  },
};

/** Readers on the machine itself need neither. */
const security: Record<Access, Json[]> = {
  everyone: [],
  reader: [{}, { token: [] }, { session: [] }],
  writer: [{ token: [] }, { session: [] }],
};

function describeRoute({ name, summary, access, path, query, body, answers }: Route): Json {
  const parameters = [...pathParameters(path), ...queryParameters(query)];
  return {
    operationId: name,
    summary,
    security: security[access],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === null ? {} : { requestBody: { required: isNeeded(body), content: jsonOf(body) } }),
    responses: Object.fromEntries(
      Object.entries(answers).map(([status, answer]) => [status, describeAnswer(Number(status), answer)]),
    ),
  };
}

function describeAnswer(status: number, answer: Answer): Json {
  const description = STATUS_CODES[status] ?? '';
  if (answer === null) return { description };
  if ('content' in answer) return { description, content: { [answer.content]: {} } };
  const { shape } = answer;
  const type = shape.name === 'Problem' ? 'application/problem+json' : 'application/json';
  return { description, content: jsonOf(shape, type) };
}

function jsonOf({ name }: Shape, type = 'application/json'): Json {
  return { [type]: { schema: { $ref: refTo(name) } } };
}

function isNeeded({ schema }: Shape): boolean {
  return !schema.safeParse({}).success;
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', maxLength: 255 },
  }));
}

function queryParameters(query: z.ZodObject | null): Json[] {
  if (query === null) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input' });
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

/** Shapes within shapes become references by themselves. */
function describeShapes(routes: readonly Route[]): Record<string, Json> {
  const named = z.registry<{ id: string }>();
  const shapes = routes.flatMap(({ body, answers }) => [
    ...(body === null ? [] : [body]),
    ...Object.values(answers).flatMap((answer) =>
      answer !== null && 'shape' in answer ? [answer.shape] : [],
    ),
  ]);
  for (const { name, schema } of shapes) named.add(schema, { id: name });
  const { schemas } = z.toJSONSchema(named, { uri: refTo, io: 'input' });
  for (const schema of Object.values(schemas)) {
    // Both are said by the place where it stands.
    delete schema.$schema;
    delete schema.$id;
  }
  return schemas;
}

function refTo(name: string): string {
  return `#/components/schemas/${name}`;
}
