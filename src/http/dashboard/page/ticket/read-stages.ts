import type { Event } from '../../../../domain/event.ts';
import type { Stage } from '../../../../domain/run.ts';
import { stages } from '../../../../domain/run.ts';

/** A stage of the last run. `elapsedMs` adds up all its rounds that ended. */
export type StageView = {
  stage: Stage;
  state: 'pending' | 'running' | 'done' | 'stopped';
  rounds: number;
  elapsedMs: number;
};

/** How far the last run came: a stage that began and never ended is where it stopped, or is still at work. */
export function readStages(timeline: readonly { event: Event }[]): StageView[] {
  const views = new Map<Stage, StageView>();
  for (const { event } of timeline) {
    if (event.type === 'ticket:claimed') views.clear();
    else if (event.type === 'stage:started') {
      const before = views.get(event.stage);
      views.set(event.stage, {
        stage: event.stage,
        state: 'running',
        rounds: (before?.rounds ?? 0) + 1,
        elapsedMs: before?.elapsedMs ?? 0,
      });
    } else if (event.type === 'stage:finished') {
      const view = views.get(event.stage);
      if (view !== undefined)
        Object.assign(view, { state: 'done', elapsedMs: view.elapsedMs + event.elapsedMs });
    } else if (event.type === 'pull-request:opened') {
      // Publishing tells of what it did, not of its beginning and end.
      const { stage, rounds, elapsedMs } = views.get('publish') ?? pending('publish');
      views.set('publish', { stage, state: 'done', rounds: Math.max(1, rounds), elapsedMs });
    } else if (event.type === 'ticket:settled' || event.type === 'ticket:requeued') {
      for (const view of views.values()) if (view.state === 'running') view.state = 'stopped';
      if (event.type === 'ticket:settled' && event.to === 'failed')
        lastOf(views).forEach((view) => (view.state = 'stopped'));
    }
  }
  return stages.map((stage) => views.get(stage) ?? pending(stage));
}

function pending(stage: Stage): StageView {
  return { stage, state: 'pending', rounds: 0, elapsedMs: 0 };
}

/** The stage that a failed run got to, whether or not it told of its end. */
function lastOf(views: ReadonlyMap<Stage, StageView>): StageView[] {
  const reached = stages.findLast((stage) => views.has(stage));
  const view = reached === undefined ? undefined : views.get(reached);
  return view === undefined ? [] : [view];
}
