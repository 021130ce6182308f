import type { RunningTicket } from '../domain/command.ts';
import type { Event, Observe } from '../domain/event.ts';
import type { Clock } from '../ports.ts';

type Tracked = Omit<RunningTicket, 'elapsedMs'> & { key: string; since: number };

/** What runs now and how far it is, from the events alone. */
export function trackRuns(clock: Pick<Clock, 'monotonic'>): {
  observe: Observe;
  running: () => (RunningTicket & { key: string })[];
} {
  const runs = new Map<string, Tracked>();

  function observe(event: Event): void {
    if (!('key' in event)) return;
    if (event.type === 'ticket:claimed') runs.set(event.key, begin(event, clock.monotonic()));
    if (isEnd(event)) runs.delete(event.key);
    const run = runs.get(event.key);
    if (run !== undefined) follow(run, event);
  }

  return {
    observe,
    running: () =>
      [...runs.values()].map(({ since, ...run }) => ({ ...run, elapsedMs: clock.monotonic() - since })),
  };
}

function begin(event: Extract<Event, { type: 'ticket:claimed' }>, since: number): Tracked {
  const { key, taskId, file, title, runId } = event;
  return { key, id: taskId, file, title, runId, stage: null, model: null, step: 0, action: null, since };
}

function isEnd({ type }: Event): boolean {
  return type === 'ticket:settled' || type === 'ticket:requeued' || type === 'ticket:withdrawn';
}

function follow(run: Tracked, event: Event): void {
  switch (event.type) {
    case 'stage:started':
      run.stage = event.stage;
      return;
    case 'agent:step':
      run.step = event.step;
      run.action = event.action;
      return;
    case 'ticket:routed':
      run.model = event.models[0] ?? null;
      return;
    case 'model:replaced':
      run.model = event.to;
      return;
    case 'model:called':
      run.model = event.model;
      return;
    default:
  }
}
