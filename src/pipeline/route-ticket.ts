import { addSpending } from '../domain/change.ts';
import type { Spending } from '../domain/change.ts';
import { Failure } from '../domain/failure.ts';
import { planRun } from '../domain/plan.ts';
import { isUndecided } from '../domain/routing/choose-models.ts';
import type { Plan, RunRecord } from '../domain/run.ts';
import type { Claim } from './claim-ticket.ts';
import type { Story } from './story.ts';

/** `record`: with what was spent on the decision. */
export type Routed<P = Plan | Failure> = { plan: P; record: RunRecord };

/**
 * Decides the whole run. A model is asked what kind of work it is only where that makes a difference and nothing else
 * tells; what it does not say within its time is decided without it.
 */
export async function routeTicket(
  story: Story,
  { record, stored, task }: Claim,
  signal: AbortSignal,
): Promise<Routed> {
  const { ticket } = stored;
  const { plan } = story.settings();
  const { key, id, created, attempts } = record;
  const run = { identity: { key, id, created }, used: { spent: record.spent, attempts } };
  const decided = planRun(ticket, run, plan);
  if (decided instanceof Failure || decided.recipe !== null || !isUndecided(ticket, plan))
    return { plan: decided, record };
  const about = { taskId: id, runId: record.runId, key };
  let { spent } = record;
  const onSpent = (more: Spending): void =>
    void (spent = { ...addSpending(spent, more), minutes: spent.minutes });
  const said = await story.classify({ task, model: decided.model, about, onSpent }, signal);
  const asked = { ...record, spent };
  if (said === null) return { plan: decided, record: asked };
  const known = { ...run, used: { spent, attempts }, classification: { ...said, by: 'model' as const } };
  return { plan: planRun(ticket, known, plan), record: asked };
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
