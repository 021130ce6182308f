import type { Event } from '../../../../domain/event.ts';

/** One run of a ticket. `ending` and `elapsedMs` are null while it is at work. */
export type Run = {
  runId: string;
  attempt: number;
  startedAt: string;
  /** In the order in which they were tried. */
  models: string[];
  elapsedMs: number | null;
  ending: string | null;
};

export function readRuns(timeline: readonly { time: string; event: Event }[]): Run[] {
  const runs = new Map<string, Run>();
  for (const { time, event } of timeline) {
    if (event.type === 'ticket:claimed') {
      const { runId, attempt } = event;
      runs.set(runId, { runId, attempt, startedAt: time, models: [], elapsedMs: null, ending: null });
      continue;
    }
    const run = 'runId' in event ? runs.get(event.runId) : undefined;
    if (run === undefined) continue;
    const startedAt = Date.parse(run.startedAt);
    if (event.type === 'model:replaced') addModel(run, event.to, event.from);
    if (event.type === 'ticket:requeued')
      Object.assign(run, { ending: `todo, ${event.code}`, elapsedMs: Date.parse(time) - startedAt });
    if (event.type === 'ticket:settled') {
      if (event.model !== null && run.models.length === 0) run.models.push(event.model);
      Object.assign(run, { ending: event.code === null ? event.to : `${event.to}, ${event.code}` });
      run.elapsedMs ??= event.elapsedMs;
    }
  }
  return [...runs.values()];
}

function addModel({ models }: Run, to: string, from: string): void {
  if (models.length === 0) models.push(from);
  models.push(to);
}
