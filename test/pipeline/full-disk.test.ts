import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/domain/failure.ts';
import type { FailureCode } from '../../src/domain/failure.ts';
import type { Made } from '../../src/domain/run.ts';
import type { Story } from '../../src/pipeline/story.ts';
import type { ErrorReport } from '../../src/ports.ts';
import type { TestStory } from '../support/story.ts';
import { storyPlace } from '../support/story-place.ts';
import { openWork } from '../support/work.ts';
import { someSpending as spent, workshopDouble } from '../support/workshop.ts';

const place = storyPlace('bare');
const published = (): Made => ({ kind: 'publish', change: place.change(), spent });
const failed = (code: FailureCode): Made => {
  const { tree, diff, files } = place.change();
  const failure = new Failure(code, 'So it is.');
  return { kind: 'failed', failure, stage: 'check', change: { tree, diff, files }, spent };
};

function errorReport({ backlog }: TestStory, id: string): ErrorReport {
  return JSON.parse(readFileSync(backlog.path('failed', `${id}.error.json`), 'utf8')) as ErrorReport;
}

describe('a disk that is full', () => {
  it('asks no model further when the begin of its run could not be written, and says so', async () => {
    for (const broken of ['edit', 'save'] as const) {
      const opened = await place.open({ workshop: workshopDouble(published()) });
      const { store, journal } = opened.story;
      const full = () => Promise.reject(new Failure('DISK_FULL', 'no space left on device'));
      const begun = Promise.withResolvers<undefined>();
      let isFull = true;
      const cut: unknown[] = [];
      const story: Story = {
        ...opened.story,
        store: {
          ...store,
          edit: (...args) =>
            broken === 'edit' && isFull && args[2].status === 'In Progress'
              ? begun.promise.then(full)
              : store.edit(...args),
        },
        journal: {
          ...journal,
          save: (record) =>
            broken === 'save' && isFull && record.step === 'claimed' && record.branch !== null
              ? begun.promise.then(full)
              : journal.save(record),
        },
        workshop: workshopDouble(async (_order, signal) => {
          begun.resolve(undefined);
          await once(signal, 'abort');
          cut.push(signal.reason);
          isFull = false;
          return failed('INTERRUPTED');
        }),
      };
      opened.drop(`begin-${broken}`);
      const { queue, ends, idle } = openWork(opened, story);
      const reached = idle();
      queue.wake();
      await reached;
      await queue.drain();
      expect(cut).toMatchObject([{ code: 'DISK_FULL' }]);
      expect(ends).toMatchObject([{ kind: 'requeued', failure: { code: 'DISK_FULL' } }]);
      expect(opened.statesOf(`begin-${broken}.md`)).toEqual(['todo']);
      expect(opened.record()).toMatchObject({ step: 'waiting', attempts: 0, move: null });
    }
  });

  it('leaves a run whose end could not be written for a later look, which ends it as was intended', async () => {
    const opened = await place.open({ workshop: workshopDouble(failed('NO_CHANGES')) });
    const { store } = opened.story;
    let full = true;
    const story = {
      ...opened.story,
      store: {
        ...store,
        edit: (...args: Parameters<typeof store.edit>) =>
          full && args[2].status === 'Failed'
            ? Promise.reject(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }))
            : store.edit(...args),
      },
    };
    opened.drop('full-1');
    const { queue, ends, faults, idle } = openWork(opened, story);
    let reached = idle();
    queue.wake();
    await reached;
    expect(faults).toMatchObject([{ code: 'ENOSPC' }]);
    expect(opened.statesOf('full-1.md')).toEqual(['processing']);
    expect(opened.events.at(-1)).toEqual({
      type: 'daemon:warning',
      message: 'full-1.md could not be put in order: ENOSPC: no space left on device',
    });

    full = false;
    reached = idle();
    queue.wake();
    await reached;
    await queue.drain();
    expect(ends).toEqual([]);
    expect(opened.statesOf('full-1.md')).toEqual(['failed']);
    expect(errorReport(opened, 'full-1').code).toBe('NO_CHANGES');
    expect(opened.record()).toMatchObject({ attempts: 1, move: null });
  });

  it('puts a ticket back whose end could not even be decided, and does not take it again at once', async () => {
    const opened = await place.open({ workshop: workshopDouble(failed('NO_CHANGES')) });
    const { journal } = opened.story;
    let full = false;
    const story = {
      ...opened.story,
      journal: {
        ...journal,
        save: (...args: Parameters<typeof journal.save>) =>
          full ? Promise.reject(new Failure('DISK_FULL', 'no space left on device')) : journal.save(...args),
      },
      workshop: workshopDouble(() => {
        full = true;
        return failed('NO_CHANGES');
      }),
    };
    opened.drop('full-2');
    const { queue, faults, idle } = openWork(opened, story);
    let reached = idle();
    queue.wake();
    await reached;
    expect(faults).toMatchObject([{ code: 'DISK_FULL' }]);
    expect(opened.statesOf('full-2.md')).toEqual(['processing']);

    full = false;
    reached = idle();
    queue.wake();
    const { left } = await reached;
    expect(left).toMatchObject([{ admission: { verdict: 'wait', reason: 'tried again in 10 s' } }]);
    expect(opened.statesOf('full-2.md')).toEqual(['todo']);
    expect(opened.record()).toMatchObject({ step: 'waiting', attempts: 0 });
    await queue.drain();
    expect(existsSync(join(opened.backlog.root, 'failed', 'full-2.error.json'))).toBe(false);
  });
});
