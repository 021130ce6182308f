import * as z from 'zod';
import type { Authority } from '../access/authorize.ts';
import { howToWrite, mayWrite, sessionCookie } from '../access/authorize.ts';
import type { Route, Shape } from '../route.ts';
import { defineRoute } from '../route.ts';
import { problemShape } from '../shapes/problem.ts';
import { sendProblem } from './problem.ts';
import { refusals } from './tickets.ts';

const sessionShape = {
  name: 'Session',
  schema: z.object({
    mayWrite: z.boolean().describe('Whether this request could have changed something.'),
    how: z.string().nullable().describe('What to do to be allowed to.'),
  }),
} satisfies Shape;

export function sessionRoutes(authority: Authority): Route[] {
  const show = defineRoute({
    method: 'get',
    path: '/api/session',
    name: 'showSession',
    summary: 'Whether who asks may write.',
    access: 'reader',
    answers: { 200: { shape: sessionShape }, ...refusals },
    handle(_asked, response, request) {
      const may = mayWrite(request, authority);
      response.json({ mayWrite: may, how: may ? null : howToWrite });
    },
  });
  const enter = defineRoute({
    method: 'get',
    path: '/enter',
    name: 'enter',
    summary: 'The one-time link: opens a session of the page, and shows it.',
    access: 'everyone',
    query: z.object({ key: z.string().min(1).max(200) }),
    answers: {
      303: null,
      400: { shape: problemShape },
      403: { shape: problemShape },
      429: { shape: problemShape },
    },
    async handle({ query }, response, request) {
      const { attempts, sessions } = authority;
      if (await attempts.areTooMany(request)) {
        sendProblem(response, { status: 429, detail: 'Too many wrong links came from this address.' });
        return;
      }
      // A look ahead at a link must not use it up.
      const secret = request.method === 'GET' ? sessions.enter(query.key) : null;
      if (secret === null) {
        await attempts.count(request);
        sendProblem(response, { status: 403, detail: `This link was used before. ${howToWrite}` });
        return;
      }
      response.cookie(sessionCookie(request), secret, { httpOnly: true, sameSite: 'strict', path: '/' });
      response.redirect(303, '/');
    },
  });
  return [show, enter];
}
