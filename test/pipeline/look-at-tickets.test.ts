import { describe, expect, it } from '@jest/globals';
import { lookAtTickets } from '../../src/pipeline/look-at-tickets.ts';
import { runRecord } from '../support/run-record.ts';
import { storyPlace } from '../support/story-place.ts';

const place = storyPlace();

describe('a look at the tickets', () => {
  it('decides each by what lies in the other folders', async () => {
    const { backlog, drop, story } = await place.open();
    backlog.save('done', 'finished.md', '---\nid: FINISHED\n---\nx');
    backlog.save('review', 'reviewed.md', '---\nid: reviewed\n---\nx');
    backlog.save('processing', 'running.md', '---\nid: running\n---\nx');
    drop('free', { front: 'dependencies: [finished]\n' });
    drop('bound', { front: 'dependencies: [running, nowhere]\n' });
    drop('Running', { file: 'again.md' });
    drop('REVIEWED', { file: 'once-more.md' });
    const { decided, processing } = await lookAtTickets(story.store);
    expect(processing.map(({ id }) => id)).toEqual(['running']);
    expect(
      Object.fromEntries(decided.map(({ candidate, admission }) => [candidate.file, admission])),
    ).toEqual({
      'free.md': { verdict: 'ready' },
      'bound.md': { verdict: 'wait', reason: 'waits for running, nowhere (not found)' },
      'again.md': {
        verdict: 'hold',
        reason: 'a ticket with id Running is already in work or in review; give this one another id',
      },
      'once-more.md': {
        verdict: 'hold',
        reason: 'a ticket with id REVIEWED is already in work or in review; give this one another id',
      },
    });
  });

  it('takes of the tasks in progress of a project only those for ours that we are at', async () => {
    const { backlog, story } = await place.open({ project: true });
    const front = "status: In Progress\nassignee: ['@ticketmill']\ncreated_date: '2026-01-02'\n";
    const records = [
      null,
      { step: 'claimed', move: null },
      { step: 'waiting', move: { from: 'processing', to: 'todo' } },
      { step: 'settled', move: null },
    ] as const;
    for (const [at, record] of records.entries()) {
      const [id, file] = [`TASK-${at}`, `task-${at}.md`];
      backlog.save('processing', file, `---\nid: ${id}\ntitle: Greet\n${front}---\n\nGreet.\n`);
      const key = String(at).repeat(64);
      if (record !== null) await story.journal.save(runRecord({ key, id, file, ...record }));
    }
    const { processing } = await lookAtTickets(story.store);
    expect(processing.map(({ id }) => id)).toEqual(['TASK-1', 'TASK-2']);
  });

  it('misses no ticket that moves on while it looks', async () => {
    const { backlog, drop, story } = await place.open();
    backlog.save('processing', 'moving.md', '---\nid: moving\n---\nx');
    drop('moving', { file: 'twin.md' });
    const { store } = story;
    const { decided } = await lookAtTickets({
      ...store,
      async list(state) {
        const listed = await store.list(state);
        if (state === 'processing') await store.transition('moving.md', 'processing', 'review');
        return listed;
      },
    });
    expect(decided).toMatchObject([{ admission: { verdict: 'hold' } }]);
  });

  it('misses no ticket that goes back while it looks', async () => {
    const { backlog, drop, story } = await place.open();
    backlog.save('processing', 'moving.md', '---\nid: moving\n---\nx');
    drop('moving', { file: 'twin.md' });
    const { store } = story;
    const { decided } = await lookAtTickets({
      ...store,
      async candidates() {
        const listed = await store.candidates();
        await store.transition('moving.md', 'processing', 'todo');
        return listed;
      },
    });
    expect(decided).toMatchObject([{ admission: { verdict: 'hold' } }]);
  });
});
