import type { Route } from '../route.ts';
import { defineRoute } from '../route.ts';
import { problemShape } from '../shapes/problem.ts';
import { transcriptQuery, transcriptShape } from '../shapes/tickets.ts';
import { sendProblem } from './problem.ts';
import { refusals } from './tickets.ts';

export type TranscriptEvent = { time: string; type: string; [field: string]: unknown };

export type RunSource = {
  /** At most `limit` events of a run after the first `after`; null when there is none of that id, or no more. */
  transcript(runId: string, after: number, limit: number): Promise<TranscriptEvent[] | null>;
};

export function runRoutes(source: RunSource): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/runs/{id}/transcript',
      name: 'showTranscript',
      summary: 'Everything that happened in a run, without the live text of its model. Kept for seven days.',
      access: 'reader',
      query: transcriptQuery,
      answers: { 200: { shape: transcriptShape }, 404: { shape: problemShape }, ...refusals },
      async handle({ id, query: { after, limit } }, response) {
        const events = await source.transcript(id, after, limit + 1);
        if (events === null) {
          sendProblem(response, {
            status: 404,
            detail: 'There is no transcript of that run, or none any more.',
          });
          return;
        }
        const next = events.length > limit ? after + limit : null;
        response.json({ runId: id, events: events.slice(0, limit), next });
      },
    }),
  ];
}
