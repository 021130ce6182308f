import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/domain/failure.ts';
import type { RunRecord } from '../../src/domain/run.ts';
import { failedEnding, heldEnding } from '../../src/pipeline/endings.ts';
import type { Ending } from '../../src/pipeline/settle-ticket.ts';
import {
  completeMove,
  isThere,
  requeueTicket,
  settleTicket,
  withdraw,
} from '../../src/pipeline/settle-ticket.ts';
import { runRecord } from '../support/run-record.ts';
import type { TestStory } from '../support/story.ts';
import { storyPlace } from '../support/story-place.ts';

const place = storyPlace();

/** A ticket at work. */
async function atWork(different: Partial<RunRecord> = {}): Promise<{ opened: TestStory; record: RunRecord }> {
  const opened = await place.open();
  opened.drop('task-1');
  await opened.story.store.transition('task-1.md', 'todo', 'processing');
  const record = runRecord({ attempts: 1, move: null, ...different });
  await opened.story.journal.save(record);
  return { opened, record };
}

const failing = (message = 'Nothing.'): Ending => {
  return { ...failedEnding(new Failure('NO_CHANGES', message)), stage: 'code', elapsedMs: 1234.6 };
};
const question = { code: 'QUESTION', reason: 'Which?' } as const;
const asking: Ending = { ...heldEnding(runRecord(), question), stage: 'code', elapsedMs: 10 };

describe('settling', () => {
  it('fails a ticket: text, companion, journal, and one event', async () => {
    const { opened, record } = await atWork({ model: 'm', waitSeconds: 40, hold: question });
    const settled = await settleTicket(opened.story, record, { from: 'processing', ending: failing() });
    expect(settled).toEqual(opened.record());
    expect(settled).toMatchObject({
      step: 'settled',
      move: null,
      waitSeconds: 0,
      hold: null,
      lastError: { code: 'NO_CHANGES', message: 'Nothing.', stage: 'code', elapsedMs: 1235 },
    });
    expect(opened.text('failed', 'task-1.md')).toMatch(
      /status: Failed\n[\s\S]*updated_date: '2026-01-02 10:00'[\s\S]*author: @ticketmill\ncreated: 2026-01-02 10:00/,
    );
    const companion = readFileSync(opened.backlog.path('failed', 'task-1.error.json'), 'utf8');
    expect(JSON.parse(companion)).toMatchObject({ code: 'NO_CHANGES' });
    expect(opened.events).toEqual([
      {
        type: 'ticket:settled',
        taskId: 'task-1',
        runId: 'run-1',
        key: record.key,
        file: 'task-1.md',
        to: 'failed',
        code: 'NO_CHANGES',
        errorType: 'model',
        message: 'Nothing.',
        elapsedMs: 1234.6,
        model: 'm',
      },
    ]);
  });

  it('keeps for a person in review why it is held', async () => {
    const { opened, record } = await atWork({ hold: question });
    await settleTicket(opened.story, record, { from: 'processing', ending: asking });
    expect(opened.record()).toMatchObject({ hold: question, lastError: null });
    expect(existsSync(opened.backlog.path('failed', 'task-1.error.json'))).toBe(false);
  });

  it('forgets a ticket that is done, and keeps its record with its run', async () => {
    const { opened, record } = await atWork();
    const ending: Ending = {
      to: 'done',
      code: null,
      message: 'ok',
      comment: 'ok',
      stage: 'review',
      elapsedMs: 0,
    };
    await settleTicket(opened.story, record, { from: 'processing', ending });
    expect(opened.story.journal.all()).toEqual([]);
    expect(JSON.parse((await opened.story.archive.read('run-1', 'record.json')) ?? '')).toMatchObject({
      key: record.key,
      step: 'settled',
    });
  });

  it('says nothing that must not be told', async () => {
    const { opened, record } = await atWork();
    const story = { ...opened.story, redact: (text: string) => text.replaceAll('hunter2', '[redacted]') };
    await settleTicket(story, record, { from: 'processing', ending: failing('The key is hunter2.') });
    const everywhere = [
      opened.text('failed', 'task-1.md'),
      readFileSync(opened.backlog.path('failed', 'task-1.error.json'), 'utf8'),
      JSON.stringify([opened.record(), opened.events]),
    ].join();
    expect(everywhere).not.toContain('hunter2');
    expect(everywhere).toContain('The key is [redacted].');
  });

  it('is called off when a person has the ticket', async () => {
    const { opened, record } = await atWork();
    rmSync(opened.backlog.path('processing', 'task-1.md'));
    expect(await settleTicket(opened.story, record, { from: 'processing', ending: failing() })).toBeNull();
    expect(opened.record()).toMatchObject({ step: 'settled', move: null });
    expect(opened.backlog.files()).toEqual({});
    expect(opened.types()).toEqual(['ticket:withdrawn']);
  });

  it('is called off when a person takes the ticket between its text and its move', async () => {
    const { opened, record } = await atWork();
    const { store } = opened.story;
    const story = {
      ...opened.story,
      store: {
        ...store,
        transition: (...args: Parameters<typeof store.transition>) => {
          renameSync(
            opened.backlog.path('processing', 'task-1.md'),
            opened.backlog.path('done', 'task-1.md'),
          );
          return store.transition(...args);
        },
      },
    };
    expect(await settleTicket(story, record, { from: 'processing', ending: failing() })).toBeNull();
    expect(opened.backlog.files()).toEqual({ done: ['task-1.md'] });
  });

  it('keeps the name that was free in the folder', async () => {
    const { opened, record } = await atWork();
    opened.backlog.save('failed', 'task-1.md', '---\nid: other\n---\nx');
    const settled = await settleTicket(opened.story, record, { from: 'processing', ending: failing() });
    expect(settled?.file).toBe('task-1-2.md');
    expect(opened.backlog.files()).toEqual({
      failed: ['task-1-2.error.json', 'task-1-2.md', 'task-1.md'],
    });
  });
});

describe('a move that was recorded', () => {
  const intent = (different: Partial<RunRecord> = {}) =>
    runRecord({ step: 'settled', move: { from: 'processing', to: 'review' }, ...different });

  it('is done once, however often it is asked for', async () => {
    const { opened } = await atWork();
    const moved = await completeMove(opened.story, intent());
    expect(moved).toMatchObject({ move: null, file: 'task-1.md' });
    expect(await completeMove(opened.story, intent())).toEqual(moved);
    expect(opened.backlog.files()).toEqual({ review: ['task-1.md'] });
  });

  it('is none for a record without one', async () => {
    const { opened } = await atWork();
    expect(await completeMove(opened.story, runRecord({ move: null }))).toEqual(runRecord({ move: null }));
  });

  it('is not taken for done because another ticket has its name there', async () => {
    const { opened } = await atWork();
    rmSync(opened.backlog.path('processing', 'task-1.md'));
    opened.backlog.save('review', 'task-1.md', '---\nid: other\n---\nx');
    expect(await completeMove(opened.story, intent())).toBeNull();
  });
});

describe('putting back', () => {
  const failure = new Failure('MODEL_UNREACHABLE', 'connection refused');

  it('refunds the run once, and keeps what is made', async () => {
    for (const [step, left] of [
      ['claimed', { step: 'waiting', attempts: 1 }],
      ['waiting', { step: 'waiting', attempts: 2 }],
      ['pushed', { step: 'pushed', attempts: 2 }],
      ['settled', { step: 'settled', attempts: 2 }],
    ] as const) {
      const { opened, record } = await atWork({ step, attempts: 2 });
      const requeued = await requeueTicket(opened.story, record, { failure, waitSeconds: 20 });
      expect(requeued).toMatchObject({ ...left, move: null, waitSeconds: 20 });
      expect(opened.text('todo', 'task-1.md')).toContain('status: To Do');
      expect(opened.events).toMatchObject([
        {
          type: 'ticket:requeued',
          code: 'MODEL_UNREACHABLE',
          message: 'connection refused',
          waitSeconds: 20,
        },
      ]);
    }
  });

  it('is called off when a person has the ticket', async () => {
    const { opened, record } = await atWork();
    rmSync(opened.backlog.path('processing', 'task-1.md'));
    expect(await requeueTicket(opened.story, record, { failure, waitSeconds: 20 })).toBeNull();
    expect(opened.types()).toEqual(['ticket:withdrawn']);
  });
});

describe('where a ticket is', () => {
  it('is known also of what cannot be read', async () => {
    const { opened } = await atWork();
    opened.backlog.save('processing', 'broken.md', '---\nnever closed');
    expect(await isThere(opened.story, 'task-1.md', 'processing')).toBe(true);
    expect(await isThere(opened.story, 'broken.md', 'processing')).toBe(true);
    expect(await isThere(opened.story, 'task-1.md', 'todo')).toBe(false);
    expect(opened.text('processing', 'broken.md')).toBe('---\nnever closed');
  });

  it('is no affair of ours once it is withdrawn', async () => {
    const { opened, record } = await atWork();
    expect(await withdraw(opened.story, { ...record, move: { from: 'processing', to: 'todo' } })).toBeNull();
    expect(opened.record()).toEqual({ ...record, move: null });
    expect(opened.events).toMatchObject([{ type: 'ticket:withdrawn', file: 'task-1.md', taskId: 'task-1' }]);
  });
});
