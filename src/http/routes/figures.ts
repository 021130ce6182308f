import type { Route, Shape } from '../route.ts';
import { defineRoute } from '../route.ts';
import {
  costsQuery,
  costsShape,
  failuresShape,
  modelsShape,
  statsShape,
  trendsQuery,
  trendsShape,
} from '../shapes/figures.ts';
import type { Failures, Models, Stats } from '../shapes/figures.ts';
import { refusals } from './tickets.ts';
import type * as z from 'zod';

export type FigureSource = {
  stats(): Promise<Stats>;
  costs(since: Date | null): z.output<typeof costsShape.schema>;
  trends(days: number): z.output<typeof trendsShape.schema>;
  models(): Promise<Models>;
  failures(): Promise<Failures>;
};

export function figureRoutes(source: FigureSource): Route[] {
  const figures = (path: string, name: string, [summary, shape]: [string, Shape]) => ({
    method: 'get' as const,
    path,
    name,
    summary,
    access: 'reader' as const,
    answers: { 200: { shape }, ...refusals },
  });
  return [
    defineRoute({
      ...figures('/api/stats', 'showStats', ['Figures of this moment and of the history.', statsShape]),
      handle: async (_asked, response) => void response.json(await source.stats()),
    }),
    defineRoute({
      ...figures('/api/costs', 'showCosts', ['What was spent, and on what.', costsShape]),
      query: costsQuery,
      handle: ({ query: { since } }, response) =>
        void response.json(source.costs(since === undefined ? null : new Date(since))),
    }),
    defineRoute({
      ...figures('/api/trends', 'showTrends', ['How the last days went.', trendsShape]),
      query: trendsQuery,
      handle: ({ query }, response) => void response.json(source.trends(query.days)),
    }),
    defineRoute({
      ...figures('/api/models', 'showModels', ['Models, their servers, and how they do.', modelsShape]),
      handle: async (_asked, response) => void response.json(await source.models()),
    }),
    defineRoute({
      ...figures('/api/failures', 'showFailures', ['What lies in failed, grouped by cause.', failuresShape]),
      handle: async (_asked, response) => void response.json(await source.failures()),
    }),
  ];
}
