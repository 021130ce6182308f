import type { Request, Response } from 'express';
import type { Page, PageFile } from '../dashboard/read-page.ts';
import { readPage } from '../dashboard/read-page.ts';
import type { Route } from '../route.ts';
import { defineRoute } from '../route.ts';
import { problemShape } from '../shapes/problem.ts';
import { sendProblem } from './problem.ts';

/** The page and its files. They hold nothing of anybody's tickets, so whoever reaches the server may have them. */
export function dashboardRoutes(): Route[] {
  let read: Page | null = null;
  const page = (): Page => (read ??= readPage());
  return [
    defineRoute({
      method: 'get',
      path: '/',
      name: 'showDashboard',
      summary: 'The dashboard.',
      access: 'everyone',
      answers: { 200: { content: 'text/html' } },
      handle: (_asked, response, request) => sendFile(page().html, request, response),
    }),
    defineRoute({
      method: 'get',
      path: '/assets/{version}/{id}',
      name: 'showAsset',
      summary: 'A script or the style sheet of the dashboard.',
      access: 'everyone',
      answers: {
        200: { content: 'text/javascript' },
        400: { shape: problemShape },
        404: { shape: problemShape },
      },
      handle({ id }, response, request) {
        const { version, files } = page();
        const file = request.params['version'] === version ? files.get(id) : undefined;
        if (file === undefined) {
          sendProblem(response, {
            status: 404,
            detail: 'There is no such part of the page, or none any more.',
          });
          return;
        }
        response.setHeader('cache-control', 'private, max-age=31536000, immutable');
        sendFile(file, request, response);
      },
    }),
  ];
}

function sendFile({ contentType, body, gzip }: PageFile, request: Request, response: Response): void {
  const isPacked = request.acceptsEncodings('gzip') === 'gzip';
  response.setHeader('content-type', contentType);
  response.setHeader('vary', 'accept-encoding');
  if (isPacked) response.setHeader('content-encoding', 'gzip');
  response.end(isPacked ? gzip : body);
}
