import type { EventStream } from '../events/event-stream.ts';
import type { Route } from '../route.ts';
import { defineRoute } from '../route.ts';
import { problemShape } from '../shapes/problem.ts';
import { refusals } from './tickets.ts';

export function eventRoutes(stream: EventStream): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/events',
      name: 'followEvents',
      summary:
        'Server-sent events: first a `snapshot`, then every event under the name of its type, with its number as id. ' +
        'With `Last-Event-ID` it goes on after that event. `model:text` is live only and has no id.',
      access: 'reader',
      answers: { 200: { content: 'text/event-stream' }, 503: { shape: problemShape }, ...refusals },
      handle: (_asked, response, request) => stream.join(request, response),
    }),
  ];
}
