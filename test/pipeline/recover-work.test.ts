import { linkSync, renameSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { RunRecord } from '../../src/domain/run.ts';
import type { Made } from '../../src/domain/run.ts';
import type { TicketState } from '../../src/domain/ticket.ts';
import { mendWork, recoverWork } from '../../src/pipeline/recover-work.ts';
import { runRecord } from '../support/run-record.ts';
import type { TestStory } from '../support/story.ts';
import { storyPlace } from '../support/story-place.ts';
import { workUntilIdle } from '../support/work.ts';
import { someSpending as spent, workshopDouble } from '../support/workshop.ts';

const place = storyPlace();

const lastError = { code: 'NO_CHANGES', message: 'Nothing.', stage: 'code', elapsedMs: 5 } as const;

/** A ticket in `processing` and what an earlier life knew of it. */
async function left(different: Partial<RunRecord> = {}): Promise<TestStory> {
  const opened = await place.open();
  opened.drop('task-1');
  await opened.story.store.transition('task-1.md', 'todo', 'processing');
  await opened.story.journal.save(runRecord({ attempts: 1, move: null, waitSeconds: 7, ...different }));
  return opened;
}

describe('recovery', () => {
  it('puts back what was at work, and refunds the run', async () => {
    const opened = await left();
    await recoverWork(opened.story);
    await recoverWork(opened.story);
    expect(opened.backlog.files()).toEqual({ todo: ['task-1.md'] });
    expect(opened.record()).toMatchObject({ step: 'waiting', attempts: 0, waitSeconds: 7, move: null });
    expect(opened.events).toMatchObject([{ type: 'ticket:requeued', code: 'INTERRUPTED', waitSeconds: 7 }]);
  });

  it('puts back what nothing is known of', async () => {
    const opened = await place.open();
    opened.backlog.save('processing', 'hand.md', '---\nid: hand\nstatus: In Progress\n---\nx');
    await recoverWork(opened.story);
    expect(opened.text('todo', 'hand.md')).toContain('status: To Do');
    expect(opened.story.journal.all()).toEqual([]);
  });

  it('knows a ticket without an id of its own by its file', async () => {
    const opened = await left({ id: 'note', file: 'note-2.md' });
    opened.backlog.save('processing', 'note-2.md', '# Greet\n');
    await recoverWork(opened.story);
    expect(opened.record()).toMatchObject({ step: 'waiting', attempts: 0 });
  });

  it('keeps the place that is furthest on its way of a ticket in two places of which nothing is known', async () => {
    const opened = await place.open();
    opened.backlog.save('processing', 'twice.md', '---\nid: twice\n---\nx');
    linkSync(opened.backlog.path('processing', 'twice.md'), opened.backlog.path('review', 'twice.md'));
    await recoverWork(opened.story);
    expect(opened.backlog.files()).toEqual({ review: ['twice.md'] });
  });

  it('puts back what a person made unreadable, where it is shown as held', async () => {
    const opened = await left();
    opened.backlog.save('processing', 'task-1.md', '---\nnever closed');
    await recoverWork(opened.story);
    expect(opened.backlog.files()).toEqual({ todo: ['task-1.md'] });
    expect(opened.text('todo', 'task-1.md')).toBe('---\nnever closed');
  });

  it('leaves alone what is settled, waits, or was taken away', async () => {
    const opened = await place.open();
    for (const [id, step] of [
      ['a', 'settled'],
      ['b', 'waiting'],
      ['c', 'claimed'],
      ['d', 'pushed'],
    ] as const) {
      const key = id.repeat(64);
      await opened.story.journal.save(runRecord({ key, id, file: `${id}.md`, step, move: null }));
    }
    const before = opened.story.journal.all();
    await recoverWork(opened.story);
    expect(opened.story.journal.all()).toEqual(before);
    expect(opened.events).toEqual([]);
  });

  it('keeps one place of a ticket that is in two, where it was to go', async () => {
    const opened = await left({ step: 'settled', move: { from: 'processing', to: 'failed' } });
    linkSync(opened.backlog.path('processing', 'task-1.md'), opened.backlog.path('failed', 'task-1.md'));
    await recoverWork(opened.story);
    expect(opened.backlog.files()).toEqual({ failed: ['task-1.md'] });
    expect(opened.record()).toMatchObject({ move: null, step: 'settled' });
  });

  it.each([
    ['a claim before its move', 'todo', { attempts: 0, step: 'waiting' }],
    ['a claim after its move', 'processing', { attempts: 0, step: 'waiting' }],
  ] as const)('undoes %s', async (_what, state, expected) => {
    const opened = await left({ step: 'claimed', move: { from: 'todo', to: 'processing' } });
    if (state === 'todo')
      renameSync(opened.backlog.path('processing', 'task-1.md'), opened.backlog.path('todo', 'task-1.md'));
    await recoverWork(opened.story);
    expect(opened.backlog.files()).toEqual({ todo: ['task-1.md'] });
    expect(opened.record()).toMatchObject({ ...expected, move: null });
  });

  it('lets a person win who took the ticket away while it was claimed', async () => {
    const opened = await left({ step: 'claimed', move: { from: 'todo', to: 'processing' } });
    renameSync(opened.backlog.path('processing', 'task-1.md'), opened.backlog.path('done', 'task-1.md'));
    await recoverWork(opened.story);
    expect(opened.backlog.files()).toEqual({ done: ['task-1.md'] });
    expect(opened.record()).toMatchObject({ file: 'task-1.md', move: null });
    expect(opened.events).toEqual([]);
  });

  it('keeps a made change through a claim that was cut short', async () => {
    const opened = await left({ step: 'committed', move: { from: 'todo', to: 'processing' } });
    renameSync(opened.backlog.path('processing', 'task-1.md'), opened.backlog.path('todo', 'task-1.md'));
    await recoverWork(opened.story);
    expect(opened.record()).toMatchObject({ step: 'committed', attempts: 1, move: null });
  });

  it.each([
    ['processing', 'To Do'],
    ['todo', 'In Progress'],
  ] as const)('ends a way back that was cut short while the file lay in %s', async (state, status) => {
    const opened = await left({ step: 'waiting', attempts: 0, move: { from: 'processing', to: 'todo' } });
    opened.backlog.save('processing', 'task-1.md', '---\nid: task-1\nstatus: In Progress\n---\nx');
    if (state === 'todo')
      renameSync(opened.backlog.path('processing', 'task-1.md'), opened.backlog.path('todo', 'task-1.md'));
    await recoverWork(opened.story);
    expect(opened.text('todo', 'task-1.md')).toContain(`status: ${status}`);
    expect(opened.record()).toMatchObject({ step: 'waiting', attempts: 0, move: null });
  });

  it.each(['processing', 'failed'] as const)(
    'ends a failure that was cut short in %s, and tells it',
    async (state) => {
      const opened = await left({ step: 'settled', move: { from: 'processing', to: 'failed' }, lastError });
      if (state === 'failed')
        renameSync(
          opened.backlog.path('processing', 'task-1.md'),
          opened.backlog.path('failed', 'task-1.md'),
        );
      await recoverWork(opened.story);
      expect(opened.backlog.files()).toEqual({ failed: ['task-1.error.json', 'task-1.md'] });
      expect(opened.events).toMatchObject([
        { type: 'ticket:settled', to: 'failed', code: 'NO_CHANGES', elapsedMs: 5, message: 'Nothing.' },
      ]);
    },
  );

  it.each(['todo', 'failed', 'review'] as const)(
    'lets a person win who took the ticket away before: to %s',
    async (to) => {
      const opened = await left({ step: 'settled', move: { from: 'processing', to } });
      renameSync(opened.backlog.path('processing', 'task-1.md'), opened.backlog.path('done', 'task-1.md'));
      await recoverWork(opened.story);
      expect(opened.backlog.files()).toEqual({ done: ['task-1.md'] });
      expect(opened.record()).toMatchObject({ move: null });
      expect(opened.events).toEqual([]);
    },
  );

  it('says what cannot be put in order, and puts the others in order', async () => {
    const opened = await left({ step: 'settled', move: { from: 'processing', to: 'failed' }, lastError });
    renameSync(opened.backlog.path('processing', 'task-1.md'), opened.backlog.path('done', 'away.md'));
    symlinkSync('/etc/hostname', opened.backlog.path('processing', 'task-1.md'));
    opened.backlog.save('processing', 'other.md', '---\nid: other\n---\nx');
    await recoverWork(opened.story);
    expect(opened.statesOf('other.md')).toEqual(['todo']);
    expect(opened.events[0]).toEqual({
      type: 'daemon:warning',
      message: 'task-1.md could not be put in order: task-1.md cannot be edited: it is a symbolic link',
    });
  });
});

describe('a move that ended under a numbered name when the process died', () => {
  const named = '---\nid: task-1\ncreated_date: 2026-01-02\n---\nPlease greet people.\n';
  const cases: [what: string, from: TicketState, to: TicketState, text: string][] = [
    ['a claim', 'todo', 'processing', named],
    ['a claim of a ticket without an id of its own', 'todo', 'processing', '# Greet\n'],
    ['a way back', 'processing', 'todo', named],
    ['a failure', 'processing', 'failed', named],
    ['a failure of a ticket without an id of its own', 'processing', 'failed', '# Greet\n'],
  ];

  it.each(cases)('is found again: %s', async (_what, from, to, text) => {
    const opened = await place.open();
    const { store, journal } = opened.story;
    opened.backlog.save(to, 'task-1.md', '---\nid: other\n---\nx');
    opened.backlog.save(from, 'task-1.md', text);
    const inputHash = (await store.read('task-1.md', from))?.inputHash ?? '';
    expect(await store.transition('task-1.md', from, to)).toBe('task-1-2.md');
    const step = { processing: 'claimed', todo: 'waiting', failed: 'settled' } as const;
    const at = step[to as keyof typeof step];
    await journal.save(runRecord({ inputHash, attempts: 1, step: at, move: { from, to }, lastError }));
    await recoverWork(opened.story);
    await recoverWork(opened.story);
    expect(opened.record()).toMatchObject({ file: 'task-1-2.md', move: null });
    const [state] = opened.statesOf('task-1-2.md');
    expect(state).toBe(to === 'failed' ? 'failed' : 'todo');
    if (to === 'failed') expect(opened.backlog.files()['failed']).toContain('task-1-2.error.json');
  });

  it('is not taken for one to which an earlier ticket of its id and words came', async () => {
    const opened = await place.open();
    const { store, journal } = opened.story;
    for (const file of ['task-1.md', 'task-1-2.md']) opened.backlog.save('failed', file, named);
    const inputHash = (await store.read('task-1.md', 'failed'))?.inputHash ?? '';
    const earlier = runRecord({ key: 'e'.repeat(64), inputHash, step: 'settled', move: null });
    await journal.save(earlier);
    const move = { from: 'processing', to: 'failed' } as const;
    await journal.save(runRecord({ inputHash, step: 'settled', move, lastError }));
    await recoverWork(opened.story);
    expect(journal.get('a'.repeat(64))).toMatchObject({ file: 'task-1-2.md', move: null });
    expect(journal.get(earlier.key)).toEqual(earlier);
  });
});

describe('a change that was published when the process died', () => {
  const published = (): Made => ({ kind: 'publish', change: place.change(), spent });

  /** Dies after the intent to settle is recorded. */
  async function died(id: string): Promise<TestStory> {
    const opened = await place.open({ workshop: workshopDouble(published()) });
    opened.drop(id);
    await workUntilIdle(opened);
    renameSync(opened.backlog.path('review', `${id}.md`), opened.backlog.path('processing', `${id}.md`));
    const record = opened.record();
    if (record === undefined) throw new Error('nothing is known of it');
    await opened.story.journal.save({ ...record, move: { from: 'processing', to: 'review' } });
    return opened;
  }

  it.each([
    ['nobody decided', null, 'review'],
    ['a person merged it', 'merge', 'done'],
    ['a person closed it', 'close', 'failed'],
  ] as const)('ends by what is true now: %s', async (_what, decide, state) => {
    const opened = await died(`pr-${state}`);
    const request = await opened.forge.find(opened.record()?.branch ?? '');
    if (request === null) throw new Error('there is no pull request');
    if (decide !== null) await opened.forge[decide](request);
    await recoverWork(opened.story);
    expect(opened.statesOf(`pr-${state}.md`)).toEqual([state]);
    expect(await opened.forge.record(2)).toBeNull();
  });

  it('ends as was intended when the forge does not answer', async () => {
    const opened = await died('pr-unknown');
    const forge = { ...opened.forge, find: () => Promise.reject(new Error('503')) };
    await recoverWork({ ...opened.story, forge });
    expect(opened.statesOf('pr-unknown.md')).toEqual(['review']);
    expect(opened.text('review', 'pr-unknown.md').split('author: @ticketmill')).toHaveLength(2);
  });

  it('ends as was intended when its pull request is gone', async () => {
    const opened = await died('pr-gone');
    const forge = { ...opened.forge, find: () => Promise.resolve(null) };
    await recoverWork({ ...opened.story, forge });
    expect(opened.statesOf('pr-gone.md')).toEqual(['review']);
  });
});

describe('mending while the daemon goes on', () => {
  it('leaves alone what is at work', async () => {
    const opened = await left({ step: 'settled', move: { from: 'processing', to: 'failed' } });
    const processing = await opened.story.store.list('processing');
    expect(await mendWork(opened.story, processing, () => true)).toBe(false);
    expect(opened.statesOf('task-1.md')).toEqual(['processing']);
  });

  it('says whether a ticket went back to todo', async () => {
    const opened = await left();
    const mend = async () => mendWork(opened.story, await opened.story.store.list('processing'), () => false);
    expect(await mend()).toBe(true);
    expect(await mend()).toBe(false);
  });

  it('leaves decisions about tickets in review to those who make them', async () => {
    const opened = await left({ step: 'settled', move: { from: 'review', to: 'done' } });
    renameSync(opened.backlog.path('processing', 'task-1.md'), opened.backlog.path('review', 'task-1.md'));
    await mendWork(opened.story, [], () => false);
    expect(opened.statesOf('task-1.md')).toEqual(['review']);
  });
});
