import { renameSync, rmSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/domain/failure.ts';
import { noFastPath } from '../support/plain-routing.ts';
import type { Made } from '../../src/domain/run.ts';
import type { TestStory } from '../support/story.ts';
import { storyPlace } from '../support/story-place.ts';
import { openWork, workUntilIdle } from '../support/work.ts';
import { someSpending as spent, workshopDouble } from '../support/workshop.ts';

const place = storyPlace();
const question: Made = { kind: 'hold', change: null, code: 'QUESTION', reason: 'Which?', spent };
const failed: Made = {
  kind: 'failed',
  failure: new Failure('NO_CHANGES', 'Nothing.'),
  stage: 'code',
  change: null,
  spent,
};

/** A workshop whose orders wait until they are answered. */
function gatedWorkshop() {
  const gates = new Map<string, PromiseWithResolvers<Made>>();
  const begun: string[] = [];
  let watchers: { count: number; resolve: () => void }[] = [];
  const workshop = workshopDouble((order, signal) => {
    const gate = Promise.withResolvers<Made>();
    gates.set(order.identity.id, gate);
    begun.push(order.identity.id);
    for (const { count, resolve } of watchers) if (begun.length >= count) resolve();
    signal.addEventListener('abort', () => {
      const failure = signal.reason as Failure;
      gate.resolve({ kind: 'failed', failure, stage: 'code', change: null, spent });
    });
    return gate.promise;
  });
  return {
    workshop,
    begun,
    answer: (id: string, made: Made = question) => gates.get(id)?.resolve(made),
    untilBegun: (count: number) =>
      new Promise<void>((resolve) => {
        watchers = [...watchers, { count, resolve }];
        if (begun.length >= count) resolve();
      }),
  };
}

describe('the order', () => {
  it('is by priority, then date, then name', async () => {
    const workshop = workshopDouble(question);
    const opened = await place.open({ workshop });
    opened.drop('c');
    opened.drop('b', { front: 'priority: high\n' });
    opened.drop('a', { front: 'priority: low\n' });
    opened.drop('d', { front: 'priority: high\n' });
    await workUntilIdle(opened);
    expect(workshop.orders.map(({ identity }) => identity.id)).toEqual(['b', 'd', 'a', 'c']);
  });

  it('lets a ticket wait for those it depends on, and says so', async () => {
    const opened = await place.open({ workshop: workshopDouble(question) });
    opened.drop('a', { front: 'dependencies: [b]\n' });
    opened.drop('b');
    const { left } = await workUntilIdle(opened);
    expect(left).toMatchObject([
      { candidate: { id: 'a' }, admission: { verdict: 'wait', reason: 'waits for b' } },
    ]);
  });
});

describe('how many at once', () => {
  it('is never more than was allowed, and never fewer while tickets are ready', async () => {
    const { workshop, begun, answer, untilBegun } = gatedWorkshop();
    const opened = await place.open({ workshop });
    for (const id of ['a', 'b', 'c', 'd']) opened.drop(id);
    const { queue, idle } = openWork(opened, opened.story, { concurrency: () => 2 });
    const reached = idle();
    queue.wake();
    await untilBegun(2);
    await queue.look();
    expect(begun.toSorted()).toEqual(['a', 'b']);
    answer('b');
    await untilBegun(3);
    await queue.look();
    expect(begun.toSorted()).toEqual(['a', 'b', 'c']);
    answer('a');
    answer('c');
    await untilBegun(4);
    answer('d');
    expect((await reached).left).toEqual([]);
    await queue.drain();
  });
});

describe('tickets that look alike', () => {
  it('go one after the other: the second of an id is held', async () => {
    const opened = await place.open({ workshop: workshopDouble(question) });
    opened.drop('same', { file: 'one.md' });
    opened.drop('same', { file: 'two.md' });
    const { left, ends } = await workUntilIdle(opened, { concurrency: () => 2 });
    expect(ends).toMatchObject([{ kind: 'settled', file: 'one.md' }]);
    expect(left).toMatchObject([{ candidate: { file: 'two.md' }, admission: { verdict: 'hold' } }]);
    expect(opened.events.filter(({ type }) => type === 'ticket:held')).toEqual([
      { type: 'ticket:held', file: 'two.md', reason: expect.stringContaining('one.md has the same id') },
      {
        type: 'ticket:held',
        file: 'two.md',
        reason: 'a ticket with id same is already in work or in review; give this one another id',
      },
    ]);
  });

  it('dropped once more while it runs, it is held and stays', async () => {
    const { workshop, begun, answer, untilBegun } = gatedWorkshop();
    const opened = await place.open({ workshop });
    opened.drop('again');
    const { queue, idle } = openWork(opened, opened.story, { concurrency: () => 2 });
    const reached = idle();
    queue.wake();
    await untilBegun(1);
    opened.drop('again');
    opened.drop('again', { file: 'another-name.md' });
    await queue.look();
    expect(queue.view().decided.map(({ admission }) => admission.verdict)).toEqual(['hold', 'hold']);
    answer('again');
    await reached;
    await queue.drain();
    expect(begun).toEqual(['again']);
    expect(opened.backlog.files()).toEqual({ todo: ['again.md', 'another-name.md'], review: ['again.md'] });
  });

  it('of one id are never at work together, even when the second comes while the first is being claimed', async () => {
    const { workshop, begun, answer, untilBegun } = gatedWorkshop();
    const opened = await place.open({ workshop });
    const { store } = opened.story;
    const claiming = Promise.withResolvers<undefined>();
    const claim = Promise.withResolvers<undefined>();
    const story = {
      ...opened.story,
      store: {
        ...store,
        async transition(...[file, from, to]: Parameters<typeof store.transition>) {
          if (file === 'twin-2.md' && to === 'processing') {
            claiming.resolve(undefined);
            await claim.promise;
          }
          return store.transition(file, from, to);
        },
      },
    };
    opened.drop('twin', { file: 'twin-2.md' });
    const { queue, idle } = openWork(opened, story, { concurrency: () => 2 });
    const reached = idle();
    queue.wake();
    await claiming.promise;
    opened.drop('twin', { file: 'twin-1.md' });
    await queue.look();
    await queue.look();
    claim.resolve(undefined);
    await untilBegun(1);
    answer('twin');
    await reached;
    await queue.drain();
    expect(begun).toEqual(['twin']);
    expect(opened.backlog.files()).toEqual({ todo: ['twin-1.md'], review: ['twin-2.md'] });
  });
});

describe('a queue that is told', () => {
  it('to work on one file alone leaves the others', async () => {
    const opened = await place.open({ workshop: workshopDouble(question) });
    opened.drop('a');
    opened.drop('b');
    const { left } = await workUntilIdle(opened, { only: 'b.md' });
    expect(left).toEqual([]);
    expect(opened.backlog.files()).toEqual({ todo: ['a.md'], review: ['b.md'] });
  });

  it('to pause begins nothing, asks no server, and lets what runs go on', async () => {
    const { workshop, begun, answer, untilBegun } = gatedWorkshop();
    const opened = await place.open({ workshop });
    opened.drop('a');
    let paused = false;
    let asked = 0;
    const { queue, idle } = openWork(opened, opened.story, {
      concurrency: () => 2,
      isPaused: () => Promise.resolve(paused),
      outage: () => {
        asked += 1;
        return Promise.resolve(null);
      },
    });
    queue.wake();
    await untilBegun(1);
    paused = true;
    opened.drop('b');
    await queue.look();
    expect({ begun, asked }).toEqual({ begun: ['a'], asked: 1 });
    const reached = idle();
    answer('a');
    expect((await reached).left).toMatchObject([{ candidate: { id: 'b' }, admission: { verdict: 'ready' } }]);
    paused = false;
    queue.wake();
    await untilBegun(2);
    answer('b');
    await queue.drain();
    expect(opened.backlog.files()).toEqual({ review: ['a.md', 'b.md'] });
  });

  it('lets mechanical tickets go on while no model is to be had, once', async () => {
    const unreachable = new Failure('MODEL_UNREACHABLE', 'connection refused');
    const settings = { plan: { fastPath: { ...noFastPath, enabled: true } } };
    const failed = {
      kind: 'failed',
      failure: unreachable,
      stage: 'code',
      change: null,
      spent,
    } as const;
    const opened = await place.open({ workshop: workshopDouble([question, failed]), settings });
    for (const id of ['a', 'b'])
      opened.backlog.drop(`${id}.md`, `---\nid: ${id}\ntitle: Run the formatter\n---\n`);
    opened.drop('c');
    // Its title says no less than theirs, yet it asks for more.
    opened.backlog.drop('d.md', '---\nid: d\ntitle: Run the formatter\n---\nThen rewrite the parser.\n');
    const { ends } = await workUntilIdle(opened, { outage: () => Promise.resolve(unreachable) });
    expect(ends.map(({ kind }) => kind)).toEqual(['settled', 'requeued']);
    expect(opened.backlog.files()).toEqual({ review: ['a.md'], todo: ['b.md', 'c.md', 'd.md'] });
    await opened.clock.advance(600_000);
    expect(
      (await workUntilIdle(opened, { outage: () => Promise.resolve(new Failure('DISK_FULL', 'no room')) }))
        .ends,
    ).toEqual([]);
  });

  it('that a server is down leaves every ticket as it is, and is idle', async () => {
    const outage = new Failure('MODEL_UNREACHABLE', 'connection refused');
    const opened = await place.open({ workshop: workshopDouble(question) });
    opened.drop('a');
    const {
      left,
      outage: told,
      ends,
    } = await workUntilIdle(opened, { outage: () => Promise.resolve(outage) });
    expect({ told, ends, files: opened.backlog.files() }).toEqual({
      told: outage,
      ends: [],
      files: { todo: ['a.md'] },
    });
    expect(left).toHaveLength(1);
    expect(opened.events).toEqual([]);
  });

  it('to drain takes nothing more and ends when what runs has ended', async () => {
    const { workshop, begun, answer, untilBegun } = gatedWorkshop();
    const opened = await place.open({ workshop });
    opened.drop('a');
    opened.drop('b');
    const { queue } = openWork(opened, opened.story);
    queue.wake();
    await untilBegun(1);
    const drained = queue.drain();
    queue.wake();
    await queue.look();
    answer('a');
    await drained;
    expect(begun).toEqual(['a']);
    expect(opened.backlog.files()).toEqual({ todo: ['b.md'], review: ['a.md'] });
    expect(opened.clock.waiting()).toBe(0);
  });

  it('to drain while it asks a server takes that for no fault', async () => {
    const opened = await place.open({ workshop: workshopDouble(question) });
    opened.drop('a');
    const asked = Promise.withResolvers<undefined>();
    const { queue, faults } = openWork(opened, opened.story, {
      outage: (signal) =>
        new Promise((_resolve, reject) => {
          asked.resolve(undefined);
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    });
    queue.wake();
    await asked.promise;
    await queue.drain();
    expect(faults).toEqual([]);
  });

  it('to cut puts back what runs, spends no attempt, and lets it be taken at once', async () => {
    const { workshop, untilBegun } = gatedWorkshop();
    const opened = await place.open({ workshop });
    opened.drop('a');
    const { queue, ends } = openWork(opened, opened.story);
    queue.wake();
    await untilBegun(1);
    const drained = queue.drain();
    queue.cut(new Failure('INTERRUPTED', 'The daemon was told to stop.'));
    await drained;
    expect(ends).toMatchObject([
      { kind: 'requeued', file: 'a.md', waitSeconds: 0, failure: { code: 'INTERRUPTED' } },
    ]);
    expect(opened.statesOf('a.md')).toEqual(['todo']);
    expect(opened.record()).toMatchObject({ step: 'waiting', attempts: 0, waitSeconds: 0 });
    expect(opened.waits.seconds('a.md')).toBe(0);
  });

  it('to cancel a ticket ends its run, and knows when there is none', async () => {
    const { workshop, untilBegun } = gatedWorkshop();
    const opened = await place.open({ workshop });
    opened.drop('a');
    const { queue } = openWork(opened, opened.story);
    queue.wake();
    await untilBegun(1);
    const cancelled = new Failure('CANCELLED', 'A person cancelled the ticket.');
    expect(await queue.cancel('unknown', cancelled)).toBe(false);
    expect(await queue.cancel(opened.record()?.key ?? '', cancelled)).toBe(true);
    expect(opened.backlog.files()).toEqual({ failed: ['a.error.json', 'a.md'] });
    expect(opened.record()?.lastError?.code).toBe('CANCELLED');
    await queue.drain();
  });
});

describe('a person', () => {
  const takes = [
    ['removes it', ({ backlog }: TestStory) => rmSync(backlog.path('processing', 'mine.md')), {}],
    [
      'moves it back to todo',
      ({ backlog }: TestStory) =>
        renameSync(backlog.path('processing', 'mine.md'), backlog.path('todo', 'mine.md')),
      { todo: ['mine.md'] },
    ],
  ] as const;
  it.each(takes)('who %s ends its run at the next look', async (_what, take, files) => {
    const { workshop, untilBegun } = gatedWorkshop();
    const opened = await place.open({ workshop });
    opened.drop('mine');
    const { queue, ends } = openWork(opened, opened.story, {
      isPaused: () => Promise.resolve(ends.length > 0),
    });
    queue.wake();
    await untilBegun(1);
    take(opened);
    await queue.look();
    await queue.drain();
    expect(ends).toEqual([{ kind: 'gone', file: 'mine.md' }]);
    expect(opened.backlog.files()).toEqual(files);
    expect(opened.types().at(-1)).toBe('ticket:withdrawn');
  });

  it('who makes it unreadable while it runs does not end the run', async () => {
    const { workshop, answer, untilBegun } = gatedWorkshop();
    const opened = await place.open({ workshop });
    opened.drop('broken');
    const { queue, ends } = openWork(opened, opened.story);
    queue.wake();
    await untilBegun(1);
    opened.backlog.save('processing', 'broken.md', '---\nnever closed');
    await queue.look();
    answer('broken');
    await queue.drain();
    expect(ends).toMatchObject([{ kind: 'settled', state: 'review' }]);
    expect(opened.text('review', 'broken.md')).toBe('---\nnever closed');
  });

  it('who puts a ticket into processing finds it taken up', async () => {
    const workshop = workshopDouble(question);
    const opened = await place.open({ workshop });
    opened.backlog.save('processing', 'hand.md', '---\nid: hand\nstatus: In Progress\n---\nDo it.\n');
    const { left } = await workUntilIdle(opened);
    expect(left).toEqual([]);
    expect(workshop.orders).toHaveLength(1);
    expect(opened.backlog.files()).toEqual({ review: ['hand.md'] });
  });

  it('who writes a ticket in place is waited for until the file has been quiet', async () => {
    const opened = await place.open({ workshop: workshopDouble(question) });
    opened.backlog.save('todo', 'slow.md', '');
    const { queue, idle } = openWork(opened, opened.story);
    let idled = false;
    const reached = idle().then(() => {
      idled = true;
    });
    await queue.look();
    expect(idled).toBe(false);
    expect(queue.view().decided).toMatchObject([
      { admission: { reason: 'it is taken once nobody has written to it for a moment' } },
    ]);
    await opened.clock.advance(2000);
    await reached;
    await queue.drain();
  });
});

describe('surroundings that are broken', () => {
  it('for one ticket do not hold up the others', async () => {
    const workshop = workshopDouble(question);
    const opened = await place.open({ workshop });
    const { store } = opened.story;
    const story = {
      ...opened.story,
      store: {
        ...store,
        transition: (...args: Parameters<typeof store.transition>) =>
          args[0] === 'a.md'
            ? Promise.reject(Object.assign(new Error('EPERM: operation not permitted'), { code: 'EPERM' }))
            : store.transition(...args),
      },
    };
    opened.drop('a');
    opened.drop('b');
    const { queue, faults, idle } = openWork(opened, story);
    const reached = idle();
    queue.wake();
    const { left } = await reached;
    await queue.drain();
    expect(faults).toMatchObject([{ code: 'EPERM' }]);
    expect(left).toMatchObject([{ candidate: { id: 'a', waitSeconds: 10 } }]);
    expect(opened.backlog.files()).toEqual({ todo: ['a.md'], review: ['b.md'] });
    expect(opened.story.journal.byFile('a.md')).toMatchObject({ attempts: 1 });
  });

  it('of the queue itself are told, and the next look tries again', async () => {
    const opened = await place.open({ workshop: workshopDouble(failed) });
    opened.drop('a');
    let broken = true;
    const { queue, faults, idle } = openWork(opened, opened.story, {
      isPaused: () => (broken ? Promise.reject(new Error('EIO')) : Promise.resolve(false)),
    });
    await queue.look();
    expect(faults).toMatchObject([{ message: 'EIO' }]);
    broken = false;
    const reached = idle();
    queue.wake();
    await reached;
    await queue.drain();
    expect(opened.statesOf('a.md')).toEqual(['failed']);
  });
});
