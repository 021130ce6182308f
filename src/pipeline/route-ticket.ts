import { Failure } from '../domain/failure.ts';
import { planRun } from '../domain/plan.ts';
import { isUndecided } from '../domain/routing/choose-models.ts';
import type { Plan, RunRecord } from '../domain/run.ts';
import type { Claim } from './claim-ticket.ts';
import type { Story } from './story.ts';

/**
 * Decides the whole run. A model is asked what kind of work it is only where that makes a difference and nothing else
 * tells; what it does not say within its time is decided without it.
 */
export async function routeTicket(
  story: Story,
  { record, stored, task }: Claim,
  signal: AbortSignal,
): Promise<Plan | Failure> {
  const { ticket } = stored;
  const { plan } = story.settings();
  const { key, id, created, spent, attempts } = record;
  const run = { identity: { key, id, created }, used: { spent, attempts } };
  const decided = planRun(ticket, run, plan);
  if (decided instanceof Failure || decided.recipe !== null || !isUndecided(ticket, plan)) return decided;
  const about = { taskId: id, runId: record.runId, key };
  const said = await story.classify({ task, model: decided.model, about }, signal);
  if (said === null) return decided;
  return planRun(ticket, { ...run, classification: { ...said, by: 'model' } }, plan);
}

/** What observers learn of a decision. */
export function tellRoute({ observe }: Story, { record, stored }: Claim, plan: Plan): void {
  const { route, models, escalation } = plan;
  observe({
    type: 'ticket:routed',
    ...aboutRun(record),
    ...route,
    recipe: plan.recipe,
    models: [...(plan.recipe === null ? [] : [plan.model]), ...models, ...escalation],
    labels: stored.ticket.labels,
  });
}

function aboutRun({ id, runId, key }: RunRecord): { taskId: string; runId: string; key: string } {
  return { taskId: id, runId, key };
}
