import { describe, expect, it } from '@jest/globals';
import { trackRuns } from '../../src/pipeline/track-runs.ts';
import { manualClock } from '../support/clock.ts';
import { claimed, settled, ticketEvent } from '../support/events.ts';
import { plainRoute } from '../support/plain-routing.ts';

describe('what runs', () => {
  it('is followed from claim to end', async () => {
    const clock = manualClock();
    const runs = trackRuns(clock);
    runs.observe({ type: 'daemon:stopped' });
    runs.observe(claimed);
    const begun = { key: 'k', id: 'task-1', file: 'task-1.md', title: 'Fix the login', runId: 'run-1' };
    expect(runs.running()).toEqual([
      { ...begun, stage: null, model: null, step: 0, action: null, elapsedMs: 0 },
    ]);
    await clock.advance(1500);
    const usage = { input: 1, output: 1 };
    runs.observe(ticketEvent({ type: 'stage:started', stage: 'code' }));
    runs.observe(
      ticketEvent({ type: 'model:called', model: 'm', outcome: 'ok', elapsedMs: 1, usage, usd: 0 }),
    );
    runs.observe(ticketEvent({ type: 'agent:step', step: 2, action: 'edit', detail: 'a.ts' }));
    runs.observe(ticketEvent({ type: 'stage:finished', stage: 'code', elapsedMs: 1 }));
    expect(runs.running()).toEqual([
      { ...begun, stage: 'code', model: 'm', step: 2, action: 'edit', elapsedMs: 1500 },
    ]);
  });

  it('tells the model that is to come before it is called', () => {
    const runs = trackRuns(manualClock());
    runs.observe(claimed);
    const models = ['first', 'second'];
    runs.observe(ticketEvent({ type: 'ticket:routed', ...plainRoute, recipe: null, models, labels: [] }));
    expect(runs.running()).toMatchObject([{ model: 'first' }]);
    const why = { code: 'MODEL_TIMEOUT', message: 'too slow' };
    runs.observe(ticketEvent({ type: 'model:replaced', from: 'first', to: 'second', ...why }));
    expect(runs.running()).toMatchObject([{ model: 'second' }]);
  });

  it.each([
    settled,
    ticketEvent({ type: 'ticket:requeued', code: 'INTERRUPTED', message: 'stopped', waitSeconds: 0 }),
    ticketEvent({ type: 'ticket:withdrawn', file: 'task-1.md' }),
  ])('is over with $type', (event) => {
    const runs = trackRuns(manualClock());
    runs.observe(claimed);
    runs.observe(event);
    expect(runs.running()).toEqual([]);
    runs.observe(ticketEvent({ type: 'stage:started', stage: 'code' }));
    expect(runs.running()).toEqual([]);
  });
});
