import type { Settled } from '../../domain/command.ts';
import type { Route } from '../route.ts';
import { defineRoute } from '../route.ts';
import { problemShape } from '../shapes/problem.ts';
import type { DecisionName } from '../shapes/tickets.ts';
import { forceShape, nothingShape, reasonShape, settledShape } from '../shapes/tickets.ts';
import { refusals } from './tickets.ts';

export type DecisionSource = {
  /** What a person decided, carried out as the command of that name does it. */
  decide(decision: Exclude<DecisionName, 'reject' | 'retry'>, id: string): Promise<Settled>;
  reject(id: string, reason: string | null): Promise<Settled>;
  /** `force`: whatever age, number and sense of another try. */
  retry(id: string, force: boolean): Promise<Settled>;
};

export function decisionRoutes(source: DecisionSource): Route[] {
  const plain = (['cancel', 'approve', 'merge'] as const).map((decision) =>
    defineRoute({
      ...describe(decision),
      body: nothingShape,
      handle: async ({ id }, response) => void response.json(await source.decide(decision, id)),
    }),
  );
  const reject = defineRoute({
    ...describe('reject'),
    body: reasonShape,
    handle: async ({ id, body }, response) =>
      void response.json(await source.reject(id, body.reason ?? null)),
  });
  const retry = defineRoute({
    ...describe('retry'),
    body: forceShape,
    handle: async ({ id, body }, response) => void response.json(await source.retry(id, body.force)),
  });
  return [...plain, reject, retry];
}

function describe(decision: DecisionName) {
  return {
    method: 'post' as const,
    path: `/api/tickets/{id}/${decision}`,
    name: `${decision}Ticket`,
    summary: summaries[decision],
    access: 'writer' as const,
    answers: {
      200: { shape: settledShape },
      404: { shape: problemShape },
      409: { shape: problemShape },
      ...refusals,
    },
  };
}

const summaries: Record<DecisionName, string> = {
  retry: 'Puts a failed ticket back into todo.',
  cancel: 'Ends a ticket that waits or is at work.',
  approve: 'Lets a held change go on.',
  reject: 'Refuses a change; the ticket fails.',
  merge: 'Merges the pull request of a ticket.',
};
