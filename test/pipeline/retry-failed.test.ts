import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Change } from '../../src/domain/change.ts';
import type { RetryOrder, TriagedTicket } from '../../src/domain/command.ts';
import type { FailureCode } from '../../src/domain/failure.ts';
import { Failure } from '../../src/domain/failure.ts';
import { recoverWork } from '../../src/pipeline/recover-work.ts';
import { retryFailed } from '../../src/pipeline/retry-failed.ts';
import type { Story } from '../../src/pipeline/story.ts';
import type { ErrorReport } from '../../src/ports.ts';
import type { OpenedRepository } from '../../src/workspace/repository.ts';
import { crashingAt, crashModes } from '../support/crash.ts';
import { temporaryDirectories } from '../support/directory.ts';
import type { TestRepository } from '../support/git-repository.ts';
import { makeRepository } from '../support/git-repository.ts';
import { openTestRepository } from '../support/open-test-repository.ts';
import type { TestStory, TestStoryOptions } from '../support/story.ts';
import { appendTo, openTestStory } from '../support/story.ts';
import { workUntilIdle } from '../support/work.ts';
import type { PreparedMade } from '../support/workshop.ts';
import { preparedChange, someSpending as spent, workshopDouble } from '../support/workshop.ts';

const rules = { maxRetries: 3, minAgeMinutes: 5, maxAgeDays: 30 };
const minutes = 60_000;

const failing = (code: FailureCode): PreparedMade => ({
  kind: 'failed',
  failure: new Failure(code, `It ended with ${code}.`),
  stage: 'code',
  change: null,
  spent,
});

describe('bringing failed tickets back', () => {
  const directory = temporaryDirectories();
  let samples: TestRepository;
  let repository: OpenedRepository;
  let change: Change;
  let root: string;
  beforeAll(async () => {
    samples = await makeRepository();
    repository = await openTestRepository(samples);
    change = await preparedChange(samples);
  });
  afterAll(() => samples.remove());
  beforeEach(() => {
    root = directory();
  });

  async function open(made: PreparedMade, more: TestStoryOptions = {}): Promise<TestStory> {
    const opened = await openTestStory(root, repository, { workshop: workshopDouble(made), ...more });
    await recoverWork(opened.story);
    return opened;
  }

  /** A ticket that failed ten minutes ago. */
  async function openFailed(code: FailureCode, more: TestStoryOptions = {}): Promise<TestStory> {
    const opened = await open(failing(code), more);
    opened.drop('task-1');
    await workUntilIdle(opened);
    expect(opened.statesOf('task-1.md')).toEqual(['failed']);
    opened.clock.setWallClock(new Date(opened.clock.now().getTime() + 10 * minutes));
    return opened;
  }

  async function retryAll(story: Story, order: Partial<RetryOrder> = {}): Promise<TriagedTicket[]> {
    const whole = { id: null, maxAgeDays: null, dryRun: false, force: false, ...order };
    return (await retryFailed(story, whole, rules)).groups.flatMap(({ tickets }) => tickets);
  }

  const companion = ({ backlog }: TestStory): string => backlog.path('failed', 'task-1.error.json');
  const reportOf = (opened: TestStory): ErrorReport =>
    JSON.parse(readFileSync(companion(opened), 'utf8')) as ErrorReport;

  it('moves it with its counter, and its history goes on', async () => {
    const opened = await openFailed('MODEL_TIMEOUT');
    const first = reportOf(opened);
    expect(await retryAll(opened.story)).toEqual([
      {
        id: 'task-1',
        file: 'task-1.md',
        code: 'MODEL_TIMEOUT',
        error: 'It ended with MODEL_TIMEOUT.',
        failedAt: first.timestamp,
        retryCount: 1,
        verdict: 'retry',
        reason: 'this kind of failure may pass by itself',
        difference: null,
        movedTo: 'task-1.md',
      },
    ]);
    expect(opened.backlog.files()).toEqual({ todo: ['task-1.md'] });
    expect(opened.text('todo', 'task-1.md')).toContain('status: To Do');
    expect(opened.record()).toMatchObject({
      step: 'waiting',
      retries: 1,
      attempts: 1,
      move: null,
      lastError: null,
    });
    expect(opened.events.at(-1)).toMatchObject({ type: 'ticket:requeued', code: 'MODEL_TIMEOUT' });

    await workUntilIdle(opened);
    const second = reportOf(opened);
    expect(second).toMatchObject({ retryCount: 1, inputHash: first.inputHash });
    expect(second.attempts).toEqual([first.attempts[0], { ...first.attempts[0], attempt: 2 }]);
    expect(opened.record()?.spent).toMatchObject({ input: 200, output: 40, requests: 4 });
  });

  it('only says so when that is all that was asked', async () => {
    const opened = await openFailed('MODEL_TIMEOUT');
    const before = opened.record();
    expect(await retryAll(opened.story, { dryRun: true })).toMatchObject([
      { verdict: 'retry', movedTo: null, retryCount: 0 },
    ]);
    expect(opened.statesOf('task-1.md')).toEqual(['failed']);
    expect(opened.record()).toEqual(before);
  });

  it('does not try the same again by what we wrote into the ticket ourselves', async () => {
    const opened = await openFailed('NO_CHANGES');
    expect(opened.text('failed', 'task-1.md')).toContain('author: @ticketmill');
    expect(await retryAll(opened.story)).toMatchObject([{ verdict: 'no', movedTo: null, difference: null }]);
    expect(opened.statesOf('task-1.md')).toEqual(['failed']);
  });

  it('tries a ticket that a person changed', async () => {
    const opened = await openFailed('NO_CHANGES');
    const path = opened.backlog.path('failed', 'task-1.md');
    writeFileSync(path, readFileSync(path, 'utf8').replace('greet people', 'greet people twice'));
    expect(await retryAll(opened.story)).toMatchObject([
      { verdict: 'retry', difference: 'the ticket asks for something else now', movedTo: 'task-1.md' },
    ]);
  });

  it('tries another model that is configured now', async () => {
    await openFailed('CHECKS_BROKEN');
    const opened = await open(failing('CHECKS_BROKEN'), {
      settings: { plan: { defaultModel: 'ollama/large' } },
    });
    opened.clock.setWallClock(new Date('2026-01-03T10:00:00Z'));
    expect(await retryAll(opened.story)).toMatchObject([
      { difference: 'ollama/large would work on it; ollama/coder failed', movedTo: 'task-1.md' },
    ]);
    await workUntilIdle(opened);
    expect(reportOf(opened).attempts.map(({ model }) => model)).toEqual(['ollama/coder', 'ollama/large']);
    expect(await retryAll(opened.story)).toMatchObject([{ verdict: 'no', retryCount: 1 }]);
  });

  it('counts budgets over all of it: a person alone makes room', async () => {
    const settings = { plan: { budget: { attempts: 1 } } };
    const opened = await openFailed('MODEL_TIMEOUT', { settings });
    expect(await retryAll(opened.story, { force: true })).toMatchObject([
      { verdict: 'no', reason: expect.stringContaining('The ticket has used 1 of 1 runs.') },
    ]);
    const raised = await open(failing('MODEL_TIMEOUT'), { settings: { plan: { budget: { attempts: 2 } } } });
    expect(await retryAll(raised.story, { force: true })).toMatchObject([{ movedTo: 'task-1.md' }]);
    await workUntilIdle(raised);
    expect(raised.record()?.attempts).toBe(2);
    expect(await retryAll(raised.story, { force: true })).toMatchObject([{ verdict: 'no' }]);
  });

  it('knows a ticket without an id of its own by its file', async () => {
    const opened = await open(failing('MODEL_TIMEOUT'));
    opened.backlog.drop('note.md', '# Greet people\n');
    await workUntilIdle(opened);
    opened.clock.setWallClock(new Date(opened.clock.now().getTime() + 10 * minutes));
    expect(await retryAll(opened.story)).toMatchObject([{ id: 'note', movedTo: 'note.md', retryCount: 1 }]);
  });

  it('says of one that was taken away while it was looked at that it is gone', async () => {
    const opened = await openFailed('MODEL_TIMEOUT');
    const store = { ...opened.story.store, read: () => Promise.resolve(null) };
    expect(await retryAll({ ...opened.story, store })).toMatchObject([
      { verdict: 'no', reason: 'it was taken away meanwhile' },
    ]);
  });

  it('takes a rejected change for none that only has to be published', async () => {
    const opened = await openFailed('REJECTED');
    expect(await retryAll(opened.story, { force: true })).toMatchObject([{ verdict: 'retry' }]);
    expect(opened.record()).toMatchObject({ step: 'waiting' });
  });

  it('brings tickets back although no model is known yet', async () => {
    await openFailed('MODEL_TIMEOUT');
    const opened = await open(failing('MODEL_TIMEOUT'), { settings: { plan: { defaultModel: null } } });
    opened.clock.setWallClock(new Date('2026-01-03T10:00:00Z'));
    expect(await retryAll(opened.story)).toMatchObject([{ verdict: 'retry', movedTo: 'task-1.md' }]);
  });

  it('stops at the number of retries that are allowed', async () => {
    const opened = await openFailed('MODEL_TIMEOUT');
    for (let round = 1; round <= 3; round += 1) {
      expect(await retryAll(opened.story)).toMatchObject([{ retryCount: round, movedTo: 'task-1.md' }]);
      await workUntilIdle(opened);
      opened.clock.setWallClock(new Date(opened.clock.now().getTime() + 10 * minutes));
    }
    expect(await retryAll(opened.story)).toMatchObject([{ verdict: 'no', retryCount: 3, movedTo: null }]);
    expect(reportOf(opened).attempts).toHaveLength(4);
  });

  it('goes by age: not at once, not for ever, and as asked', async () => {
    const opened = await openFailed('MODEL_TIMEOUT');
    const failedAt = new Date(reportOf(opened).timestamp).getTime();
    opened.clock.setWallClock(new Date(failedAt + 2 * minutes));
    expect(await retryAll(opened.story)).toMatchObject([{ verdict: 'later' }]);
    opened.clock.setWallClock(new Date(failedAt + 3 * 24 * 60 * minutes));
    expect(await retryAll(opened.story, { maxAgeDays: 2 })).toMatchObject([{ verdict: 'no' }]);
    opened.clock.setWallClock(new Date(failedAt - 60 * minutes));
    expect(await retryAll(opened.story, { dryRun: true })).toMatchObject([{ verdict: 'retry' }]);
  });

  it('takes the one that was asked for, and says when there is none', async () => {
    const opened = await openFailed('MODEL_TIMEOUT');
    opened.drop('task-2');
    await workUntilIdle(opened);
    expect(await retryAll(opened.story, { id: '2', force: true })).toMatchObject([{ id: 'task-2' }]);
    expect(opened.statesOf('task-1.md')).toEqual(['failed']);
    await expect(retryAll(opened.story, { id: 'task-2' })).rejects.toMatchObject({
      code: 'TICKET_NOT_FOUND',
    });
  });

  it('publishes a change that was made already instead of making it again', async () => {
    let refuses = true;
    const forge: Story['forge'] = {
      find: (branch) => opened.forge.find(branch),
      merge: (pullRequest) => opened.forge.merge(pullRequest),
      close: (pullRequest) => opened.forge.close(pullRequest),
      open: (draft) =>
        refuses ? Promise.reject(new Failure('PUSH_REJECTED', 'A hook said no.')) : opened.forge.open(draft),
    };
    const workshop = workshopDouble({ kind: 'publish', change, spent });
    const opened = await open(failing('INTERNAL'), { workshop, forge });
    opened.drop('task-1');
    await workUntilIdle(opened);
    refuses = false;
    expect(await retryAll(opened.story, { force: true })).toMatchObject([
      { difference: 'its change is made already; only the publishing is done again' },
    ]);
    await workUntilIdle(opened);
    expect(opened.statesOf('task-1.md')).toEqual(['review']);
    expect(workshop.orders).toHaveLength(1);
  });

  it('leaves alone what it does not understand, and says so', async () => {
    const opened = await open(failing('MODEL_TIMEOUT'));
    const { backlog, story } = opened;
    const text = (id: string): string => `---\nid: ${id}\ntitle: Greet\n---\n\nGreet.\n`;
    backlog.save('failed', 'a.md', text('task-a'));
    backlog.save('failed', 'b.md', text('task-b'));
    backlog.save('failed', 'b.error.json', '{ "mine": true }');
    backlog.save('failed', 'c.md', '---\nid: task-c\n');
    const before = backlog.files();
    expect(await retryAll(story, { force: true })).toMatchObject([
      { id: 'task-a', verdict: 'no', reason: 'there is no .error.json that says why it failed' },
      { id: 'task-b', verdict: 'no', reason: expect.stringContaining('its .error.json is not one of ours') },
      { id: 'c', verdict: 'no', reason: expect.stringContaining('front matter') },
    ]);
    expect(backlog.files()).toEqual(before);
  });

  it('takes over what the earlier ticket processor left, with its history', async () => {
    const opened = await open(failing('MODEL_TIMEOUT'));
    const { backlog, story } = opened;
    const earlier = {
      taskId: 'task-1',
      timestamp: '2026-01-02T09:00:00.000Z',
      error: 'Connection timeout to Ollama',
      errorType: 'transient',
      retryCount: 1,
      attempts: [{ model: 'old', attempt: 1, code: null, error: 'timeout', elapsedMs: 5 }],
    };
    backlog.save('failed', 'task-1.md', '---\nid: task-1\ntitle: Greet\n---\n\nGreet.\n');
    backlog.save('failed', 'task-1.error.json', JSON.stringify(earlier));
    expect(await retryAll(story)).toMatchObject([{ retryCount: 2, movedTo: 'task-1.md' }]);
    await workUntilIdle(opened);
    const report = reportOf(opened);
    expect(report.retryCount).toBe(2);
    expect(report.attempts.map(({ model, attempt }) => [model, attempt])).toEqual([
      ['old', 1],
      ['ollama/coder', 2],
    ]);
  });

  it('leaves a ticket whose id is at work elsewhere', async () => {
    const opened = await openFailed('MODEL_TIMEOUT');
    opened.drop('TASK-01', { file: 'again.md' });
    expect(await retryAll(opened.story, { force: true })).toMatchObject([
      { verdict: 'no', reason: 'another ticket with its id is in todo' },
    ]);
  });

  it('finds a free name where its own is taken by another ticket', async () => {
    const opened = await openFailed('MODEL_TIMEOUT');
    opened.drop('task-9', { file: 'task-1.md' });
    expect(await retryAll(opened.story)).toMatchObject([{ movedTo: 'task-1-2.md' }]);
    expect(existsSync(companion(opened))).toBe(false);
  });

  it('goes on with one whose way back broke off, and tells its history once', async () => {
    const opened = await openFailed('MODEL_TIMEOUT');
    const edit = () => Promise.reject(new Failure('DISK_FULL', 'no space left on device'));
    const story = { ...opened.story, store: { ...opened.story.store, edit } };
    await expect(retryAll(story)).rejects.toMatchObject({ code: 'DISK_FULL' });
    const broken = opened.record();
    expect(broken).toMatchObject({ step: 'waiting', move: { from: 'failed', to: 'todo' } });
    expect(await retryAll(opened.story)).toMatchObject([{ verdict: 'retry', movedTo: 'task-1.md' }]);
    expect(opened.record()).toMatchObject({ key: broken?.key, runId: broken?.runId, move: null });
    await workUntilIdle(opened);
    expect(reportOf(opened).attempts.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('lets a person win who takes the ticket meanwhile', async () => {
    const opened = await openFailed('MODEL_TIMEOUT');
    const { store } = opened.story;
    const transition: typeof store.transition = () => Promise.resolve(null);
    const story = { ...opened.story, store: { ...store, transition } };
    expect(await retryAll(story)).toMatchObject([{ verdict: 'no', reason: 'it was taken away meanwhile' }]);
  });

  it('keeps what a person adds to the ticket', async () => {
    const opened = await openFailed('MODEL_TIMEOUT');
    appendTo(opened, 'failed', 'task-1.md', '\nA word more.\n');
    await retryAll(opened.story);
    expect(opened.text('todo', 'task-1.md')).toContain('A word more.');
  });

  it.each(crashModes)(
    'may be cut short anywhere (%s): one ticket, one more retry, all of its history',
    async (mode) => {
      let crashes = 0;
      for (let n = 1; ; n += 1) {
        root = directory();
        const first = await openFailed('MODEL_TIMEOUT');
        const mortal = crashingAt(n, mode, first);
        const died = await retryAll(mortal.story).then(
          () => false,
          () => true,
        );
        const next = await open(failing('MODEL_TIMEOUT'));
        next.clock.setWallClock(new Date('2026-01-02T11:00:00Z'));
        if (next.statesOf('task-1.md').includes('failed')) await retryAll(next.story);
        expect(next.backlog.files()).toEqual({ todo: ['task-1.md'] });
        expect(next.record()).toMatchObject({ retries: 1, attempts: 1, move: null });
        await workUntilIdle(next);
        expect(reportOf(next).attempts.map(({ attempt }) => attempt)).toEqual([1, 2]);
        if (!died) break;
        crashes += 1;
      }
      expect(crashes).toBeGreaterThanOrEqual(mode === 'half' ? 1 : 5);
    },
  );
});
