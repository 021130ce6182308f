import { renameSync, rmSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Candidate } from '../../src/domain/admission.ts';
import { claimTicket, isMade, nextAttempt } from '../../src/pipeline/claim-ticket.ts';
import type { Story } from '../../src/pipeline/story.ts';
import { runRecord } from '../support/run-record.ts';
import type { TestStory } from '../support/story.ts';
import { appendTo } from '../support/story.ts';
import { storyPlace } from '../support/story-place.ts';

const place = storyPlace();

async function admitted({ story }: TestStory): Promise<Candidate> {
  const [candidate] = await story.store.candidates();
  if (candidate === undefined) throw new Error('there is no ticket');
  return candidate;
}

/** The same story, in which something happens right before or after the move into processing. */
function whileMoving(
  story: Story,
  { before, after }: { before?: () => unknown; after?: () => unknown },
): Story {
  const { store } = story;
  return {
    ...story,
    store: {
      ...store,
      async transition(file, from, to) {
        if (to === 'processing') await before?.();
        const moved = await store.transition(file, from, to);
        if (to === 'processing') await after?.();
        return moved;
      },
    },
  };
}

describe('a claim', () => {
  it('moves the ticket, with its intent in the journal before', async () => {
    const opened = await place.open();
    opened.drop('one');
    const candidate = await admitted(opened);
    const intents: unknown[] = [];
    const story = whileMoving(opened.story, { before: () => intents.push(opened.record()) });
    const claim = await claimTicket(story, candidate);
    expect(intents).toMatchObject([
      { step: 'claimed', attempts: 1, move: { from: 'todo', to: 'processing' } },
    ]);
    expect(claim).toMatchObject({
      record: { id: 'one', file: 'one.md', move: null, runId: 'run-1', attempts: 1 },
      stored: { file: 'one.md', state: 'processing' },
      task: { id: 'one', title: 'Greet', brief: 'Please greet people.' },
    });
    expect(opened.record()).toEqual(claim?.record);
  });

  it('takes the name that is free in processing', async () => {
    const opened = await place.open();
    opened.backlog.save('processing', 'two.md', '---\nid: other\n---\nx');
    opened.drop('two');
    const claim = await claimTicket(opened.story, await admitted(opened));
    expect(claim?.record.file).toBe('two-2.md');
    expect(opened.backlog.files()).toEqual({ processing: ['two-2.md', 'two.md'] });
  });

  it('takes nothing when a person changed the ticket after it was admitted', async () => {
    const opened = await place.open();
    opened.drop('three');
    const candidate = await admitted(opened);
    appendTo(opened, 'todo', 'three.md', 'And loudly.\n');
    expect(await claimTicket(opened.story, candidate)).toBeNull();
    expect(opened.backlog.files()).toEqual({ todo: ['three.md'] });
    expect(opened.story.journal.all()).toEqual([]);
  });

  it('takes nothing when the file is gone, before or during the move', async () => {
    const opened = await place.open();
    opened.drop('four');
    const candidate = await admitted(opened);
    const path = opened.backlog.path('todo', 'four.md');
    const story = whileMoving(opened.story, { before: () => rmSync(path) });
    expect(await claimTicket(story, candidate)).toBeNull();
    expect(await claimTicket(opened.story, candidate)).toBeNull();
    expect(opened.backlog.files()).toEqual({});
    expect(opened.story.journal.all()).toEqual([]);
  });

  it('gives back what was saved in the moment of the move', async () => {
    const opened = await place.open();
    opened.drop('five');
    const candidate = await admitted(opened);
    const story = whileMoving(opened.story, {
      after: () => appendTo(opened, 'processing', 'five.md', 'More.\n'),
    });
    expect(await claimTicket(story, candidate)).toBeNull();
    expect(opened.backlog.files()).toEqual({ todo: ['five.md'] });
    expect(opened.text('todo', 'five.md')).toContain('More.');
    expect(opened.story.journal.all()).toEqual([]);
  });

  it('forgets nothing of earlier runs when it comes to nothing, and leaves what a person moved on', async () => {
    const opened = await place.open();
    opened.drop('six');
    const candidate = await admitted(opened);
    const first = await claimTicket(opened.story, candidate);
    if (first === null) throw new Error('it was not claimed');
    const waiting = { ...first.record, step: 'waiting' as const, attempts: 3, waitSeconds: 20 };
    await opened.story.journal.save(waiting);
    renameSync(opened.backlog.path('processing', 'six.md'), opened.backlog.path('todo', 'six.md'));
    const story = whileMoving(opened.story, {
      after: () =>
        renameSync(opened.backlog.path('processing', 'six.md'), opened.backlog.path('done', 'six.md')),
    });
    expect(await claimTicket(story, candidate)).toBeNull();
    expect(opened.record()).toEqual(waiting);
    expect(opened.backlog.files()).toEqual({ done: ['six.md'] });
  });

  it('leaves what a person decided about the ticket in that moment', async () => {
    const opened = await place.open();
    opened.drop('seven');
    const candidate = await admitted(opened);
    const story = whileMoving(opened.story, {
      before: async () => {
        const record = opened.record();
        if (record !== undefined)
          await opened.story.journal.save({
            ...record,
            step: 'settled',
            move: { from: 'todo', to: 'failed' },
          });
        renameSync(opened.backlog.path('todo', 'seven.md'), opened.backlog.path('failed', 'seven.md'));
      },
    });
    expect(await claimTicket(story, candidate)).toBeNull();
    expect(opened.record()).toMatchObject({ step: 'settled', move: { to: 'failed' } });
  });

  it('gives the ticket back when it cannot be recorded', async () => {
    const opened = await place.open();
    opened.drop('eight');
    const { journal } = opened.story;
    const story: Story = {
      ...opened.story,
      journal: {
        ...journal,
        save: (record) => (record.move === null ? Promise.reject(new Error('ENOSPC')) : journal.save(record)),
      },
    };
    await expect(claimTicket(story, await admitted(opened))).rejects.toThrow('ENOSPC');
    expect(opened.backlog.files()).toEqual({ todo: ['eight.md'] });
  });
});

describe('the number of a run', () => {
  it.each([
    ['the first', undefined, 1],
    ['afresh after one that was settled', runRecord({ step: 'settled', attempts: 4 }), 1],
    ['the next after one that was put back', runRecord({ step: 'waiting', attempts: 2 }), 3],
    ['the same again when it never came to an end', runRecord({ step: 'claimed', attempts: 2 }), 2],
    ['the next when what was made does not fit any more', runRecord({ step: 'pushed', attempts: 1 }), 2],
  ])('is %s', (_what, earlier, expected) => {
    expect(nextAttempt(earlier)).toBe(expected);
  });

  it('is made from the commit on', () => {
    const made = (['claimed', 'committed', 'pushed', 'published', 'settled', 'waiting'] as const).filter(
      (step) => isMade(runRecord({ step })),
    );
    expect(made).toEqual(['committed', 'pushed', 'published']);
  });
});
