import type { Route } from '../route.ts';
import { defineRoute } from '../route.ts';

/** `describe` is called once, at the first request. */
export function openApiRoutes(describe: () => object): Route[] {
  let description: object | null = null;
  return [
    defineRoute({
      method: 'get',
      path: '/api/openapi.json',
      name: 'describeApi',
      summary: 'This description.',
      access: 'everyone',
      answers: { 200: { content: 'application/json' } },
      handle(_asked, response) {
        description ??= describe();
        response.json(description);
      },
    }),
  ];
}
