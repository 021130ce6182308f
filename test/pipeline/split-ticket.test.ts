import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Made } from '../../src/domain/run.ts';
import { approve, merge, reject } from '../../src/pipeline/decide-review.ts';
import { findTicket } from '../../src/pipeline/find-ticket.ts';
import { recoverWork } from '../../src/pipeline/recover-work.ts';
import { closeSplits } from '../../src/pipeline/split-ticket.ts';
import { crashingAt } from '../support/crash.ts';
import type { TestStory } from '../support/story.ts';
import { storyPlace } from '../support/story-place.ts';
import { workToEnd } from '../support/work.ts';
import { someSpending as spent, workshopDouble } from '../support/workshop.ts';

const place = storyPlace();
const never = new AbortController().signal;
const part = (title: string, after: number[] = []) => ({
  title,
  description: 'Do it.',
  criteria: ['It works.'],
  after,
});
const tooLarge: Made = {
  kind: 'hold',
  change: null,
  code: 'SPLIT',
  reason: 'it touches everything',
  parts: [part('The model: `a`'), part('The page', [1])],
  spent,
};
const drafts = ['task-7.1 - The-model-`a`.md', 'task-7.2 - The-page.md'];

let root: string;
beforeEach(() => {
  root = place.directory();
});

const open = (made: Made | Made[], split = true): Promise<TestStory> =>
  place.open({ workshop: workshopDouble(made), settings: { plan: { split } } }, root);
const draftsNow = (): string[] => {
  const folder = join(root, 'drafts');
  return existsSync(folder) ? readdirSync(folder).sort() : [];
};

const ordersOf = ({ story }: TestStory) => (story.workshop as ReturnType<typeof workshopDouble>).orders;

/** A ticket for which parts are proposed. */
async function proposed(...later: Made[]): Promise<TestStory> {
  const opened = await open([tooLarge, ...later]);
  opened.drop('TASK-7', { front: 'priority: high\nlabels: [api]\nbase: main\n' });
  await workToEnd(opened, opened.story);
  return opened;
}

describe('a ticket that is too large', () => {
  it('waits in review with its parts as drafts, which are tickets of Backlog.md', async () => {
    const opened = await proposed();
    expect(opened.statesOf('TASK-7.md')).toEqual(['review']);
    expect(draftsNow()).toEqual(drafts);
    expect(readFileSync(join(root, 'drafts', drafts[1] ?? ''), 'utf8').split('\n')).toEqual(
      expect.arrayContaining([
        'id: TASK-7.2',
        'parent_task_id: TASK-7',
        '  - TASK-7.1',
        '  - api',
        'priority: high',
        'base: main',
        '- [ ] #1 It works.',
      ]),
    );
    const text = opened.text('review', 'TASK-7.md');
    expect(text).toContain('A person must decide: it touches everything');
    expect(text).toContain('- TASK-7.2 The page (after TASK-7.1)');
    expect(text).toContain('`ticketmill approve TASK-7`');
    expect(opened.backlog.files()).toEqual({ review: ['TASK-7.md'] });
  });

  it('is done when the parts are that a person agreed to', async () => {
    const opened = await proposed();
    const { story } = opened;
    const decision = await approve(story, await findTicket(story, 'TASK-7'), never);
    expect(decision).toMatchObject({
      ending: { to: 'review', message: 'Its parts are tickets now: TASK-7.1, TASK-7.2.' },
    });
    expect(draftsNow()).toEqual([]);
    expect(opened.backlog.files()).toEqual({ review: ['TASK-7.md'], todo: drafts });
    await expect(approve(story, await findTicket(story, 'TASK-7'), never)).rejects.toThrow(
      'its parts are tickets now; it is done when they are: TASK-7.1, TASK-7.2',
    );
    await expect(merge(story, await findTicket(story, 'TASK-7'))).rejects.toThrow('it has no pull request');

    await story.store.transition(drafts[0] ?? '', 'todo', 'done');
    await closeSplits(story);
    expect(opened.statesOf('TASK-7.md')).toEqual(['review']);
    await story.store.transition(drafts[1] ?? '', 'todo', 'done');
    await workToEnd(opened, story);
    expect(opened.statesOf('TASK-7.md')).toEqual(['done']);
    expect(opened.text('done', 'TASK-7.md')).toContain('All its parts are done: TASK-7.1, TASK-7.2.');
  });

  it('is split as a person edited the drafts', async () => {
    const opened = await proposed();
    const { story } = opened;
    const [first = '', second = ''] = drafts;
    const edited = readFileSync(join(root, 'drafts', first), 'utf8').replace('Do it.', 'Do it well.');
    writeFileSync(join(root, 'drafts', first), edited);
    renameSync(join(root, 'drafts', first), join(root, 'drafts', 'task-7.1 - Better.md'));
    rmSync(join(root, 'drafts', second));
    await approve(story, await findTicket(story, 'TASK-7'), never);
    expect(opened.text('todo', 'task-7.1 - Better.md')).toContain('Do it well.');
    expect(opened.backlog.files()).toEqual({ review: ['TASK-7.md'], todo: ['task-7.1 - Better.md'] });
  });

  it('loses its drafts when a person rejects it, or moves it back to be done as one', async () => {
    const opened = await proposed();
    await reject(opened.story, await findTicket(opened.story, 'TASK-7'), 'not so');
    expect(draftsNow()).toEqual([]);
    expect(opened.statesOf('TASK-7.md')).toEqual(['failed']);

    root = place.directory();
    const again = await proposed({ kind: 'hold', change: null, code: 'QUESTION', reason: 'Which?', spent });
    const orders = ordersOf(again);
    expect(orders[0]?.plan.split).toBe(true);
    await again.story.store.transition('TASK-7.md', 'review', 'todo');
    await workToEnd(again, again.story);
    expect(draftsNow()).toEqual([]);
    expect(orders[1]?.plan.split).toBeUndefined();
    expect(again.record()).toMatchObject({
      hold: { code: 'QUESTION' },
      split: { parts: [], state: 'proposed' },
    });
  });

  it.each([
    ['a part itself', 'parent_task_id: TASK-6\n', true],
    ['not wanted', '', false],
  ])('is no order to split where it is %s', async (_what, front, split) => {
    const opened = await open({ kind: 'publish', change: place.change(), spent }, split);
    opened.drop('TASK-8', { front });
    await workToEnd(opened, opened.story);
    expect(ordersOf(opened)[0]?.plan.split).toBeUndefined();
  });

  it('comes to the same parts wherever the process dies on the way to them', async () => {
    for (let at = 1; ; at += 1) {
      root = place.directory();
      const first = await open(tooLarge);
      first.drop('TASK-7');
      const dying = crashingAt(at, 'after', first);
      const isOver = await Promise.race([
        dying.died.then(() => false),
        workToEnd(first, dying.story).then(
          () => true,
          () => false,
        ),
      ]);
      const next = await open(tooLarge);
      await recoverWork(next.story);
      await workToEnd(next, next.story);
      expect({ at, files: next.backlog.files(), drafts: draftsNow() }).toEqual({
        at,
        files: { review: ['TASK-7.md'] },
        drafts,
      });
      if (isOver) break;
    }
  });

  it('comes to the same tickets wherever the process dies while they are agreed to', async () => {
    for (let at = 1; ; at += 1) {
      root = place.directory();
      const first = await proposed();
      const dying = crashingAt(at, 'after', first);
      const isOver = await approve(dying.story, await findTicket(first.story, 'TASK-7'), never).then(
        () => true,
        () => false,
      );
      const next = await open(tooLarge);
      await recoverWork(next.story);
      const found = await findTicket(next.story, 'TASK-7');
      if (found.record?.hold !== null) await approve(next.story, found, never);
      expect({ at, files: next.backlog.files(), drafts: draftsNow(), held: next.record()?.hold }).toEqual({
        at,
        files: { review: ['TASK-7.md'], todo: drafts },
        drafts: [],
        held: null,
      });
      if (isOver) break;
    }
  });
});
