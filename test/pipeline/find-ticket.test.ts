import { renameSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { findTicket } from '../../src/pipeline/find-ticket.ts';
import { runRecord } from '../support/run-record.ts';
import { storyPlace } from '../support/story-place.ts';

const place = storyPlace();

describe('finding a ticket', () => {
  it.each(['task-12', 'TASK-12', '12', 'task-12 - Greet.md', 'task-12 - Greet', 'abcdef01'])(
    'knows it as %s',
    async (asked) => {
      const { story, drop } = await place.open();
      drop('task-12', { file: 'task-12 - Greet.md' });
      const key = 'abcdef01'.padEnd(64, '0');
      await story.journal.save(
        runRecord({ key, id: 'task-12', file: 'task-12 - Greet.md', step: 'waiting', move: null }),
      );
      drop('other-1');
      expect(await findTicket(story, asked)).toMatchObject({
        id: 'task-12',
        file: 'task-12 - Greet.md',
        state: 'todo',
        ticket: { title: 'Greet' },
        record: { key },
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
    },
  );

  it('knows it by the number in its file, whatever its id', async () => {
    const { story, drop } = await place.open();
    drop('X-1', { file: 'task-12 - Greet.md' });
    expect(await findTicket(story, 'task-12')).toMatchObject({ id: 'X-1' });
  });

  it.each(['task-1', '1', 'abc', 'abcdef0', 'Greet'])('does not guess at %s', async (asked) => {
    const { story, drop } = await place.open();
    drop('task-12');
    await expect(findTicket(story, asked)).rejects.toMatchObject({
      code: 'TICKET_NOT_FOUND',
      message: `There is no ticket "${asked}" in any folder of the backlog.`,
    });
  });

  it('means the one at work before the one that waits, and the done one last', async () => {
    const { story, backlog, drop } = await place.open();
    const text = '---\nid: a\n---\nx';
    drop('a');
    for (const state of ['done', 'failed'] as const) backlog.save(state, 'a.md', text);
    expect(await findTicket(story, 'a')).toMatchObject({ state: 'todo' });
    backlog.save('review', 'a.md', text);
    expect(await findTicket(story, 'a')).toMatchObject({ state: 'review' });
    backlog.save('processing', 'a.md', text);
    expect(await findTicket(story, 'a')).toMatchObject({ state: 'processing' });
  });

  it('asks which one is meant where two have the same id or number, unless a file is named', async () => {
    const { story, drop } = await place.open();
    drop('task-7', { file: 'task-7 - One.md' });
    drop('TASK-7', { file: 'task-7 - Two.md' });
    drop('bug-8', { file: 'x.md' });
    drop('task-8', { file: 'y.md' });
    await expect(findTicket(story, 'task-7')).rejects.toMatchObject({
      code: 'TICKET_AMBIGUOUS',
      message: '"task-7" may mean any of 2 tickets: "task-7 - One.md", "task-7 - Two.md".',
    });
    await expect(findTicket(story, '8')).rejects.toMatchObject({ code: 'TICKET_AMBIGUOUS' });
    expect(await findTicket(story, 'task-7 - Two.md')).toMatchObject({ file: 'task-7 - Two.md' });
  });

  it('finds also what cannot be read as a ticket', async () => {
    const { story, backlog } = await place.open();
    backlog.save('failed', 'broken.md', '---\nnever closed');
    expect(await findTicket(story, 'broken')).toMatchObject({
      id: 'broken',
      state: 'failed',
      ticket: null,
      record: undefined,
    });
  });

  it('says of a task of the project that is not ours why, and how it would be', async () => {
    const { story, backlog } = await place.open({ project: true });
    backlog.save('todo', 'task-1.md', '---\nid: TASK-1\ntitle: Greet\nstatus: To Do\n---\n\nGreet.\n');
    await expect(findTicket(story, 'task-1')).rejects.toMatchObject({
      code: 'NOT_POSSIBLE',
      message: expect.stringMatching(/^TASK-1 is not assigned to @ticketmill: `backlog task edit 1 -a/),
    });
  });

  it('finds one that moves on in that moment', async () => {
    const { story, backlog, drop } = await place.open();
    drop('a');
    const { store } = story;
    let isFirst = true;
    const moving = {
      ...store,
      read: (...args: Parameters<typeof store.read>) => {
        if (isFirst) renameSync(backlog.path('todo', 'a.md'), backlog.path('processing', 'a.md'));
        isFirst = false;
        return store.read(...args);
      },
    };
    expect(await findTicket({ store: moving, journal: story.journal }, 'a')).toMatchObject({
      state: 'processing',
    });
  });

  it('gives up on one that is never where it was', async () => {
    const { story, drop } = await place.open();
    drop('a');
    const store = { ...story.store, read: () => Promise.resolve(null) };
    await expect(findTicket({ store, journal: story.journal }, 'a')).rejects.toThrow(
      'There is no ticket "a"',
    );
  });

  it('knows what became of a ticket without an id of its own by its file alone', async () => {
    const { story, backlog } = await place.open();
    backlog.save('review', 'note-2.md', '# Greet\n');
    await story.journal.save(runRecord({ id: 'note', file: 'note-2.md', step: 'settled', move: null }));
    expect((await findTicket(story, 'note-2')).record?.id).toBe('note');
  });
});
