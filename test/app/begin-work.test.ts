import { describe, expect, it } from '@jest/globals';
import { beginWork } from '../../src/app/begin-work.ts';
import type { DaemonOptions } from '../../src/app/house.ts';
import type { Rooms } from '../../src/app/open-rooms.ts';
import { Failure } from '../../src/domain/failure.ts';
import type { Made } from '../../src/domain/run.ts';
import type { TestStory } from '../support/story.ts';
import { storyPlace } from '../support/story-place.ts';
import { someSpending as spent, workshopDouble } from '../support/workshop.ts';

const place = storyPlace();
const question: Made = { kind: 'hold', change: null, code: 'QUESTION', reason: 'Which?', spent };
const options: DaemonOptions = {
  once: true,
  only: null,
  concurrency: null,
  server: false,
  console: null,
  observe: () => undefined,
};

/** The rooms that the work needs, over a test's story. */
function roomsOf(opened: TestStory, outage: () => Failure | null = () => null) {
  const logged: unknown[] = [];
  let paused = false;
  const rooms = {
    story: opened.story,
    clock: opened.clock,
    waits: opened.waits,
    loaded: { config: { processing: { concurrency: 3, watchDebounce: 2000 } } },
    pause: { isOn: () => Promise.resolve(paused), set: () => Promise.resolve() },
    disks: { outage: () => Promise.resolve(null) },
    forge: { outage: () => null },
    workplace: { outage: () => null, slots: () => null },
    servers: { outage: () => Promise.resolve().then(outage) },
    observers: { log: { write: (entry: unknown) => logged.push(entry) } },
  } as unknown as Rooms;
  const pause = (on: boolean): void => {
    paused = on;
  };
  return { rooms, logged, pause };
}

describe('work that is to be done once', () => {
  it('ends by itself with what became of each ticket', async () => {
    const opened = await place.open({ workshop: workshopDouble(question) });
    opened.drop('a');
    opened.drop('b', { front: 'dependencies: [c]\n' });
    const { rooms } = roomsOf(opened);
    const running = beginWork(rooms, options);
    expect(running.places).toMatchObject({ most: 3 });
    expect(beginWork(rooms, { ...options, concurrency: 7 }).places.most).toBe(7);
    running.queue.wake();
    expect(await running.finished).toEqual({
      settled: [{ id: 'a', file: 'a.md', state: 'review', code: null }],
      left: [{ id: 'b', file: 'b.md', reason: 'waits for c (not found)', outage: false }],
    });
    expect(running.isStopping()).toBe(true);
  });

  it('tells an outage once, and that it is over', async () => {
    let down: Failure | null = new Failure('MODEL_UNREACHABLE', 'connection refused.');
    const opened = await place.open({ workshop: workshopDouble(question) });
    opened.drop('a');
    const { rooms } = roomsOf(opened, () => down);
    const daemon = beginWork(rooms, { ...options, once: false });
    await daemon.queue.look();
    await daemon.queue.look();
    down = null;
    await daemon.queue.look();
    daemon.stop();
    await daemon.finished;
    const told = opened.events.filter(({ type }) => type.startsWith('daemon:'));
    expect(told).toEqual([
      { type: 'daemon:degraded', reason: expect.stringMatching(/^connection refused\. Start Ollama/) },
      { type: 'daemon:recovered' },
    ]);
  });

  it('says of tickets that it leaves whether something outside is to blame', async () => {
    const opened = await place.open({
      workshop: workshopDouble({
        kind: 'failed',
        failure: new Failure('MODEL_UNREACHABLE', 'connection refused.'),
        stage: 'code',
        change: null,
        spent,
      }),
    });
    opened.drop('a');
    const first = beginWork(roomsOf(opened).rooms, options);
    first.queue.wake();
    expect((await first.finished).left).toEqual([
      { id: 'a', file: 'a.md', reason: 'connection refused. (tried again in 5 s)', outage: true },
    ]);

    await opened.clock.advance(5000);
    const outage = new Failure('MODEL_UNREACHABLE', 'connection refused.');
    const second = beginWork(roomsOf(opened, () => outage).rooms, options);
    second.queue.wake();
    expect((await second.finished).left).toMatchObject([{ reason: 'connection refused.', outage: true }]);

    const { rooms, pause } = roomsOf(opened);
    pause(true);
    const third = beginWork(rooms, options);
    third.queue.wake();
    expect((await third.finished).left).toMatchObject([{ reason: 'the work is paused', outage: false }]);
  });
});

describe('work that is told to stop', () => {
  /** One ticket at work that ends only when it is cut. */
  async function begun() {
    const asked = Promise.withResolvers<undefined>();
    const opened = await place.open({
      workshop: workshopDouble((_order, signal) => {
        asked.resolve(undefined);
        return new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            const failure = signal.reason as Failure;
            resolve({ kind: 'failed', failure, stage: 'code', change: null, spent });
          });
        });
      }),
    });
    opened.drop('a');
    const running = beginWork(roomsOf(opened).rooms, { ...options, once: false });
    running.queue.wake();
    await asked.promise;
    return { opened, running };
  }

  it('gives what runs its time, and then puts it back', async () => {
    const { opened, running } = await begun();
    running.stop();
    await opened.clock.advance(24_999);
    expect(opened.statesOf('a.md')).toEqual(['processing']);
    await opened.clock.advance(1);
    expect(await running.finished).toEqual({ settled: [], left: [] });
    expect(opened.statesOf('a.md')).toEqual(['todo']);
    expect(opened.events.at(-1)).toMatchObject({ message: 'The daemon was told to stop.' });
    expect(opened.clock.waiting()).toBe(0);
  });

  it('gives it none when it is told a second time', async () => {
    const { opened, running } = await begun();
    running.stop();
    running.stop();
    await running.finished;
    expect(opened.events.at(-1)).toMatchObject({ message: 'The daemon was told to stop at once.' });
  });
});

describe('work', () => {
  it('writes faults of its surroundings into the log', async () => {
    const opened = await place.open();
    const { rooms, logged } = roomsOf(opened, () => {
      throw new Failure('DISK_FULL', 'no space left on device');
    });
    opened.drop('a');
    const running = beginWork(rooms, { ...options, once: false });
    await running.queue.look();
    running.stop();
    await running.finished;
    expect(logged).toEqual([
      { level: 'error', component: 'processor', message: 'no space left on device', code: 'DISK_FULL' },
    ]);
  });

  it('writes the same fault once a minute, whatever the name of the file it met', async () => {
    const opened = await place.open();
    let times = 0;
    const { rooms, logged } = roomsOf(opened, () => {
      times += 1;
      throw new Error(`EACCES: open '/x/.a.md.${String(times).padStart(12, '0')}.ticketmill-tmp'`);
    });
    opened.drop('a');
    const running = beginWork(rooms, { ...options, once: false });
    for (let looks = 0; looks < 13; looks += 1) {
      await running.queue.look();
      await opened.clock.advance(5000);
    }
    running.stop();
    await running.finished;
    expect(times).toBeGreaterThanOrEqual(13);
    expect(logged).toHaveLength(2);
  });

  it('tells trouble that says something else each time once a minute', async () => {
    const opened = await place.open();
    let times = 0;
    const { rooms } = roomsOf(opened, () => new Failure('MODEL_UNREACHABLE', `try ${(times += 1)} failed.`));
    opened.drop('a');
    const running = beginWork(rooms, { ...options, once: false });
    for (let looks = 0; looks < 13; looks += 1) {
      await running.queue.look();
      await opened.clock.advance(5000);
    }
    running.stop();
    await running.finished;
    expect(opened.types().filter((type) => type === 'daemon:degraded')).toHaveLength(2);
  });

  it('tells at once when another kind of trouble takes its place', async () => {
    const opened = await place.open();
    let trouble = new Failure('MODEL_UNREACHABLE', 'connection refused.');
    const { rooms } = roomsOf(opened, () => trouble);
    opened.drop('a');
    const running = beginWork(rooms, { ...options, once: false });
    await running.queue.look();
    trouble = new Failure('DISK_FULL', 'no room.');
    await running.queue.look();
    running.stop();
    await running.finished;
    expect(opened.types().filter((type) => type === 'daemon:degraded')).toHaveLength(2);
  });

  it('begins nothing while a disk is full, and goes on by itself', async () => {
    const workshop = workshopDouble(question);
    const opened = await place.open({ workshop });
    opened.drop('full-1');
    const { rooms } = roomsOf(opened);
    let full: Failure | null = new Failure('DISK_FULL', '/data has less than 200 MB of free space.');
    const daemon = beginWork({ ...rooms, disks: { outage: () => Promise.resolve(full) } }, options);
    daemon.queue.wake();
    expect((await daemon.finished).left).toMatchObject([{ reason: full.message, outage: true }]);
    expect(workshop.orders).toHaveLength(0);
    full = null;
    const next = beginWork(rooms, options);
    next.queue.wake();
    expect((await next.finished).settled).toMatchObject([{ file: 'full-1.md', state: 'review' }]);
  });

  it('ends when the disk fails: what was not synced is not believed', async () => {
    const opened = await place.open({
      workshop: workshopDouble(Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO' })),
    });
    opened.drop('lost-1');
    opened.drop('lost-2');
    const { rooms } = roomsOf(opened);
    const running = beginWork(
      { ...rooms, loaded: { config: { processing: { concurrency: 1, watchDebounce: 2000 } } } } as Rooms,
      { ...options, once: false },
    );
    running.queue.wake();
    await expect(running.finished).rejects.toMatchObject({ code: 'DISK_FAILED', exitCode: 1 });
    expect([opened.statesOf('lost-1.md'), opened.statesOf('lost-2.md')]).toEqual([['todo'], ['todo']]);
    expect(opened.types().filter((type) => type === 'ticket:claimed')).toHaveLength(1);
  });

  it('describes itself', async () => {
    const opened = await place.open();
    const { describe: tell } = beginWork(roomsOf(opened).rooms, options);
    await opened.clock.advance(61_400);
    expect(tell(null)).toEqual({ pid: process.pid, url: null, invitation: null, uptimeSeconds: 61 });
    expect(tell({ url: 'http://x', invitation: () => 'http://x/?t=1' })).toMatchObject({
      url: 'http://x',
      invitation: 'http://x/?t=1',
    });
  });
});
