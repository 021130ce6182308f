import { describe, expect, it } from '@jest/globals';
import type { Event } from '../../src/domain/event.ts';
import { Failure } from '../../src/domain/failure.ts';
import type { Made } from '../../src/domain/run.ts';
import { merge } from '../../src/pipeline/decide-review.ts';
import { findTicket } from '../../src/pipeline/find-ticket.ts';
import { reportTicket } from '../../src/pipeline/report-ticket.ts';
import type { TestStory } from '../support/story.ts';
import { storyPlace } from '../support/story-place.ts';
import { workUntilIdle } from '../support/work.ts';
import { someSpending as spent, workshopDouble } from '../support/workshop.ts';

const place = storyPlace();
const published = (): Made => ({ kind: 'publish', change: place.change(), spent });

async function report({ story, events }: TestStory, id: string, withDiff = false) {
  const timeline = (key: string) =>
    events
      .filter((event): event is Extract<Event, { key: string }> => 'key' in event)
      .filter((event) => event.key === key || event.taskId === key)
      .map((event) => ({ time: '2026-01-02T10:00:00.000Z', event }));
  return reportTicket(story, await findTicket(story, id), { timeline, withDiff });
}

describe('the report of a ticket', () => {
  it('that nothing was done for says where it is', async () => {
    const opened = await place.open();
    opened.drop('new-1');
    expect(await report(opened, 'new-1', true)).toEqual({
      id: 'new-1',
      key: null,
      file: 'new-1.md',
      state: 'todo',
      title: 'Greet',
      runId: null,
      step: null,
      attempts: 0,
      retries: 0,
      model: null,
      branch: null,
      base: null,
      head: null,
      pullRequest: null,
      spent: { input: 0, output: 0, requests: 0, usd: 0 },
      checks: [],
      verdict: null,
      hold: null,
      lastError: null,
      timeline: [],
      diff: null,
    });
  });

  it('of a published change has its pull request, its review and its diff', async () => {
    const opened = await place.open({ workshop: workshopDouble(published()) });
    opened.drop('shown-1');
    await workUntilIdle(opened);
    const shown = await report(opened, 'shown-1', true);
    expect(shown).toMatchObject({
      state: 'review',
      step: 'settled',
      attempts: 1,
      model: 'ollama/coder',
      pullRequest: { number: 1, state: 'open' },
      checks: [],
      verdict: { summary: 'Looks right.' },
      spent: { input: 100 },
      diff: expect.stringContaining('+export const greeting = "hello";'),
    });
    expect(shown.timeline.map(({ event }) => event.type)).toContain('ticket:settled');
    expect((await report(opened, 'shown-1')).diff).toBeNull();
  });

  it('of a failure says what can be done, and shows what was left', async () => {
    const { tree, diff, files } = place.change();
    const failure = new Failure('CHECKS_BROKEN', 'test');
    const made: Made = { kind: 'failed', failure, stage: 'check', change: { tree, diff, files }, spent };
    const opened = await place.open({ workshop: workshopDouble(made) });
    opened.drop('shown-2');
    await workUntilIdle(opened);
    expect(await report(opened, 'shown-2', true)).toMatchObject({
      state: 'failed',
      lastError: { code: 'CHECKS_BROKEN', message: 'test', hint: failure.hint },
      diff,
      verdict: null,
    });
  });

  it('of a ticket that is done is what its last run remembers', async () => {
    const opened = await place.open({ workshop: workshopDouble(published()) });
    opened.drop('shown-3');
    await workUntilIdle(opened);
    await merge(opened.story, await findTicket(opened.story, 'shown-3'));
    expect(opened.story.journal.all()).toEqual([]);
    expect(await report(opened, 'shown-3', true)).toMatchObject({
      state: 'done',
      pullRequest: { state: 'merged' },
      verdict: { summary: 'Looks right.' },
      diff: expect.stringContaining('+export const greeting'),
    });
  });

  it('of a file that is no ticket, and of a run whose files are gone, says what there is', async () => {
    const opened = await place.open({ workshop: workshopDouble(published()) });
    opened.backlog.save('failed', 'broken.md', '---\nnever closed');
    expect(await report(opened, 'broken')).toMatchObject({ title: 'broken.md', state: 'failed' });
    opened.drop('shown-4');
    await workUntilIdle(opened);
    const archive = { ...opened.story.archive, read: () => Promise.resolve(null) };
    const pruned = { ...opened, story: { ...opened.story, archive } };
    expect(await report(pruned, 'shown-4')).toMatchObject({ checks: [], verdict: null });
    await opened.story.journal.remove(opened.record()?.key ?? '');
    expect(await report(pruned, 'shown-4')).toMatchObject({ runId: null, key: null });
  });
});
