import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { createApp } from '../../src/http/create-app.ts';
import { problemShape } from '../../src/http/shapes/problem.ts';
import { appOptions, startTestServer, type TestServer } from '../support/http-server.ts';

type Operation = {
  operationId: string;
  security: object[];
  parameters?: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { required: boolean; content: Record<string, { schema: { $ref: string } }> };
  responses: Record<string, { description: string; content?: Record<string, { schema?: { $ref: string } }> }>;
};
type Description = {
  openapi: string;
  info: { version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Record<string, unknown>>; securitySchemes: object };
};

const token = 'a-token-of-32-random-characters!';
let server: TestServer;
let api: Description;
beforeAll(async () => {
  server = await startTestServer({}, { token });
  api = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as Description;
});
afterAll(() => server.close());

function operations(): [path: string, method: string, operation: Operation][] {
  return Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, string, Operation] => [
      path,
      method,
      operation,
    ]),
  );
}

describe('the description of the API', () => {
  it('is OpenAPI 3.1, each operation named once, every reference leading somewhere', () => {
    expect(api.openapi).toMatch(/^3\.1\./);
    expect(api.info.version).toBe('1.2.3');
    const names = operations().map(([, , { operationId }]) => operationId);
    expect(new Set(names).size).toBe(names.length);
    const references = [...JSON.stringify(api).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(30);
    for (const [, name = ''] of references) expect(Object.keys(api.components.schemas)).toContain(name);
    expect(JSON.stringify(api)).not.toMatch(/"\$(schema|id|defs)"/);
  });

  it('has what the contract names', () => {
    expect(operations().map(([path, method]) => `${method} ${path}`)).toEqual(
      expect.arrayContaining([
        'get /health',
        'get /health/live',
        'get /health/ready',
        'get /health/ollama',
        'get /metrics',
        'get /api/stats',
        'get /api/tickets',
        'get /api/tickets/{id}',
        'get /api/tickets/{id}/diff',
        'get /api/runs/{id}/transcript',
        'post /api/tickets',
        'post /api/tickets/{id}/retry',
        'post /api/tickets/{id}/cancel',
        'post /api/tickets/{id}/approve',
        'post /api/tickets/{id}/reject',
        'post /api/tickets/{id}/merge',
        'get /api/events',
        'get /api/costs',
        'get /api/trends',
      ]),
    );
  });

  it('names every parameter of a path, and bodies by their shape', () => {
    for (const [path, , { parameters = [], requestBody }] of operations()) {
      const inPath = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
      expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      if (requestBody !== undefined)
        expect(requestBody.content['application/json']?.schema.$ref).toMatch(/^#\/components\/schemas\/\w+$/);
    }
    expect(api.paths['/api/tickets']?.['post']?.requestBody?.required).toBe(true);
    expect(api.paths['/api/tickets/{id}/cancel']?.['post']?.requestBody?.required).toBe(false);
    expect(api.paths['/api/tickets']?.['get']?.parameters).toContainEqual({
      name: 'limit',
      in: 'query',
      required: false,
      schema: expect.objectContaining({ type: 'integer', minimum: 1, maximum: 1000, default: 100 }),
    });
  });

  it('asks for proof where something is written, and nowhere that supervisors look', () => {
    for (const [path, method, { security }] of operations()) {
      if (method === 'post') expect(security).toEqual([{ token: [] }, { session: [] }]);
      else if (path.startsWith('/health') || path === '/metrics') expect(security).toEqual([]);
    }
  });

  it('has every route that the server answers, and the server answers every route that it has', async () => {
    const app = createApp(appOptions());
    const routes = routesOf(app.handle as unknown as Layered);
    app.close();
    const described = operations().map(
      ([path, method]) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
    );
    expect(routes.sort()).toEqual(described.sort());
    for (const [path, method, operation] of operations()) {
      if (path === '/api/events') continue;
      const answer = await fetch(server.url + path.replace('{id}', 'task-1'), {
        method,
        redirect: 'manual',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(operation.requestBody === undefined ? {} : { body: '{"title":"A"}' }),
      });
      const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
      const text = await answer.text();
      const documented = operation.responses[String(answer.status)];
      expect([path, method, answer.status, Object.keys(operation.responses)]).toEqual([
        path,
        method,
        answer.status,
        expect.arrayContaining([String(answer.status)]),
      ]);
      if (documented?.content !== undefined) expect(Object.keys(documented.content)).toContain(type);
      if (type === 'application/problem+json')
        expect(problemShape.schema.safeParse(JSON.parse(text)).success).toBe(true);
      else if (type === 'application/json' && path !== '/api/openapi.json') {
        const name = documented?.content?.[type]?.schema?.$ref.split('/').at(-1) ?? '';
        expect([name, schemaOf(name).safeParse(JSON.parse(text)).error]).toEqual([name, undefined]);
      }
    }
  });
});

/** A component of the description as something that checks values. */
function schemaOf(name: string): z.ZodType {
  const text = JSON.stringify(api.components.schemas).replaceAll('#/components/schemas/', '#/$defs/');
  return z.fromJSONSchema({
    $ref: `#/$defs/${name}`,
    $defs: JSON.parse(text) as Record<string, never>,
  });
}

type Layered = {
  router?: Layered;
  stack?: {
    route?: { path: string; stack: { method?: string }[] };
    handle: Layered;
  }[];
};

/** What is mounted in Express itself, whoever mounted it. */
function routesOf(app: Layered): string[] {
  return (
    (app.router ?? app).stack?.flatMap(({ route, handle }) => {
      if (route === undefined) return routesOf(handle);
      const methods = new Set(
        route.stack.map(({ method }) => method).filter((method) => method !== undefined),
      );
      return [...methods].map((method) => `${method} ${route.path}`);
    }) ?? []
  );
}
