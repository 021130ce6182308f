import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/domain/failure.ts';
import type { RunRecord } from '../../src/domain/run.ts';
import { commitChange, publishChange } from '../../src/pipeline/publish-change.ts';
import type { ErrorReport } from '../../src/ports.ts';
import { runRecord } from '../support/run-record.ts';
import type { TestStory } from '../support/story.ts';
import { storyPlace } from '../support/story-place.ts';
import { openWork, workUntilIdle } from '../support/work.ts';
import { someSpending as spent, workshopDouble } from '../support/workshop.ts';

const place = storyPlace('bare');
const never = new AbortController().signal;
const task = { id: 'task-1', title: 'Greet', brief: 'Greet people.', criteria: ['It greets.'], notes: '' };

/** A change on its branch, and nothing else yet. */
async function committed(id: string, settings = {}): Promise<{ opened: TestStory; record: RunRecord }> {
  const opened = await place.open({ settings });
  const record = runRecord({ id, key: Buffer.from(id.padEnd(32, '.')).toString('hex'), move: null });
  const branch = `ticket/${id}`;
  const made = await commitChange(opened.story, record, { task, branch, change: place.change() });
  // What is told from here on is about publishing.
  opened.events.length = 0;
  return { opened, record: made };
}

describe('a commit', () => {
  it('holds all that publishing needs, in the journal', async () => {
    const { opened, record } = await committed('commit-1', {
      commitMessage: 'feat({id}): {title}',
      pullRequestTitle: '[{id}] {title}',
    });
    expect(opened.record()).toEqual(record);
    expect(record).toMatchObject({
      step: 'committed',
      branch: 'ticket/commit-1',
      base: { branch: 'main' },
      tree: place.change().tree,
      reviewedTree: place.change().tree,
      publication: { task, title: '[commit-1] Greet', files: ['src/greeting.ts'], findings: [] },
    });
    const message = await place.repository().git('log', '-1', '--format=%B', 'ticket/commit-1');
    expect(message).toMatch(/^feat\(commit-1\): Greet\n/);
    expect(message).toContain(`Ticket-Key: ${record.key}`);
  });

  it('says that nobody reviewed it', async () => {
    const opened = await place.open();
    const change = { ...place.change(), verdict: null };
    const record = runRecord({ id: 'commit-2', key: 'c'.repeat(64) });
    const made = await commitChange(opened.story, record, { task, branch: 'ticket/commit-2', change });
    expect(made.reviewedTree).toBeNull();
    expect(made.publication).toMatchObject({
      findings: [],
      report: expect.stringContaining('Review: switched off'),
    });
  });

  it('is not made of texts that hold a secret', async () => {
    const opened = await place.open({
      guard: {
        inspect: () => Promise.resolve({ refusals: [], remarks: [] }),
        inspectTexts: (texts) =>
          Promise.resolve(
            texts
              .filter(({ text }) => text.includes('Greet'))
              .map(({ name }) => ({ code: 'GUARD_SECRET' as const, path: name, line: 1, reason: 'a key' })),
          ),
      },
    });
    const committing = commitChange(opened.story, runRecord(), {
      task,
      branch: 'ticket/commit-3',
      change: place.change(),
    });
    await expect(committing).rejects.toMatchObject({
      code: 'GUARD_SECRET',
      message: 'the commit message:1: a key',
    });
    expect(opened.story.journal.all()).toEqual([]);
  });

  it('leaves out what must not be told', async () => {
    const opened = await place.open({ redact: (text) => text.replaceAll('Greet', '[redacted]') });
    const record = runRecord({ id: 'commit-4', key: 'd'.repeat(64) });
    const made = await commitChange(opened.story, record, {
      task,
      branch: 'ticket/commit-4',
      change: place.change(),
    });
    const { message = '', title, body = '' } = made.publication ?? {};
    expect(title).toBe('[redacted]');
    expect(message + body).not.toContain('Greet');
  });
});

describe('publishing', () => {
  it('pushes, opens the pull request, and notes each step', async () => {
    const { opened, record } = await committed('publish-1', { draft: true });
    const steps: string[] = [];
    const { journal } = opened.story;
    const story = {
      ...opened.story,
      journal: {
        ...journal,
        save: (each: RunRecord) => {
          steps.push(each.step);
          return journal.save(each);
        },
      },
    };
    const { record: published, pullRequest } = await publishChange(story, record, never);
    expect(steps).toEqual(['pushed', 'published']);
    expect(published).toMatchObject({ step: 'published', pullRequest: { number: 1, url: pullRequest?.url } });
    expect(await opened.forge.record(1)).toMatchObject({ draft: true, head: record.head, state: 'open' });
    expect(opened.types()).toEqual(['branch:pushed', 'pull-request:opened']);
  });

  it('done again finds the same pull request, and tells it once', async () => {
    const { opened, record } = await committed('publish-2');
    const first = await publishChange(opened.story, record, never);
    const again = await publishChange(opened.story, record, never);
    expect(again.pullRequest).toEqual(first.pullRequest);
    expect(opened.types().filter((type) => type === 'pull-request:opened')).toHaveLength(1);
  });

  it.each(['merge', 'close'] as const)(
    'finds that a person did %s it, and opens none again',
    async (decide) => {
      const { opened, record } = await committed(`publish-${decide}`);
      const { pullRequest } = await publishChange(opened.story, record, never);
      if (pullRequest === null) throw new Error('there is no pull request');
      const decided = await opened.forge[decide](pullRequest);
      const { record: published, pullRequest: found } = await publishChange(opened.story, record, never);
      expect(found).toEqual(decided);
      expect(published).toMatchObject({ step: 'published', pullRequest: { number: 1 } });
      expect(await opened.forge.record(2)).toBeNull();
    },
  );

  it('opens none again when a person merges it between the look and the opening', async () => {
    const { opened, record } = await committed('publish-between');
    const { pullRequest } = await publishChange(opened.story, record, never);
    if (pullRequest === null) throw new Error('there is no pull request');
    const push = async (...order: Parameters<typeof opened.story.repository.push>): Promise<boolean> => {
      await opened.forge.merge(pullRequest);
      return opened.story.repository.push(...order);
    };
    const repository = { ...opened.story.repository, push };
    const again = await publishChange({ ...opened.story, repository }, record, never);
    expect(again.pullRequest).toMatchObject({ number: 1, state: 'merged' });
    expect(await opened.forge.record(2)).toBeNull();
  });

  it('F69: is done without one where the base has all of it', async () => {
    const { opened, record } = await committed('publish-none');
    const forge = { ...opened.story.forge, open: () => Promise.resolve(null) };
    const {
      pullRequest,
      isInBase,
      record: done,
    } = await publishChange({ ...opened.story, forge }, record, never);
    expect([pullRequest, isInBase, done.step]).toEqual([null, true, 'published']);
  });

  it.each([1, 2])(
    'F70: pushes once more what the forge does not have yet, %i times told so',
    async (times) => {
      const { opened, record } = await committed(`publish-head-${times}`);
      const { forge, repository } = opened.story;
      let [pushes, told] = [0, 0];
      const story = {
        ...opened.story,
        repository: {
          ...repository,
          push: (...order: Parameters<typeof repository.push>) => {
            pushes += 1;
            return repository.push(...order);
          },
        },
        forge: {
          ...forge,
          open: (draft: Parameters<typeof forge.open>[0]) =>
            (told += 1) <= times
              ? Promise.reject(new Failure('FORGE_HEAD_MISSING', 'no head'))
              : forge.open(draft),
        },
      };
      const published = publishChange(story, record, never);
      if (times === 1) expect((await published).pullRequest).toMatchObject({ number: 1, state: 'open' });
      else await expect(published).rejects.toMatchObject({ code: 'FORGE_HEAD_MISSING' });
      expect(pushes).toBe(2);
    },
  );

  it('opens another one for a new change after the first was closed', async () => {
    const { opened, record } = await committed('publish-3');
    const { pullRequest } = await publishChange(opened.story, record, never);
    if (pullRequest === null) throw new Error('there is no pull request');
    await opened.forge.close(pullRequest);
    const change = { ...place.change(), summary: 'Greets louder.' };
    const other = { ...task, title: 'Greet louder' };
    const branch = record.branch ?? '';
    const anew = await commitChange(opened.story, record, { task: other, branch, change });
    expect((await publishChange(opened.story, anew, never)).pullRequest).toMatchObject({
      number: 2,
      head: anew.head,
    });
  });

  it('asks no forge when no pull request is wanted', async () => {
    const { opened, record } = await committed('publish-4', { createPullRequest: false });
    const { record: pushed, pullRequest } = await publishChange(opened.story, record, never);
    expect(pullRequest).toBeNull();
    expect(pushed).toMatchObject({ step: 'pushed', pullRequest: null });
    expect(await opened.forge.find(record.branch ?? '')).toBeNull();
  });

  it('is told of a push only where there is a remote', async () => {
    const { opened, record } = await committed('publish-5');
    const repository = { ...opened.story.repository, push: () => Promise.resolve(false) };
    await publishChange({ ...opened.story, repository }, record, never);
    expect(opened.types()).toEqual(['pull-request:opened']);
  });

  it('needs a change', async () => {
    const opened = await place.open();
    await expect(publishChange(opened.story, runRecord({ step: 'committed' }), never)).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'The record of task-1 says committed but holds no change.',
    });
  });
});

describe('a forge', () => {
  it.each([
    ['F63', 'FORGE_UNAUTHORIZED'],
    ['F65', 'FORGE_RATE_LIMITED'],
    ['F67', 'FORGE_NOT_FOUND'],
    ['F72', 'FORGE_UNREACHABLE'],
  ] as const)('%s: waits for a forge that is away (%s), and counts no attempt for it', async (row, code) => {
    const id = `away-${row}`;
    const workshop = workshopDouble({ kind: 'publish', change: place.change(), spent });
    const opened = await place.open({ workshop });
    let down = true;
    const { forge } = opened.story;
    const open: typeof forge.open = (draft) =>
      down ? Promise.reject(new Failure(code, 'not now', { retryAfterSeconds: 60 })) : forge.open(draft);
    opened.drop(id);
    const { queue, idle } = openWork(opened, { ...opened.story, forge: { ...forge, open } });
    let reached = idle();
    for (const tries of [1, 2]) {
      queue.wake();
      await reached;
      expect([tries, opened.statesOf(`${id}.md`)]).toEqual([tries, ['todo']]);
      expect(opened.record()).toMatchObject({ step: 'pushed', attempts: 1, waitSeconds: 60 });
      down = tries === 1;
      reached = idle();
      await opened.clock.advance(60_000);
    }
    await reached;
    await queue.drain();
    expect(opened.statesOf(`${id}.md`)).toEqual(['review']);
    expect(opened.record()).toMatchObject({ attempts: 1, pullRequest: { number: 1 } });
    expect(workshop.orders).toHaveLength(1);
  });

  it('F64: that the forge forbids it is the end, with the reason and the branch', async () => {
    const opened = await place.open({
      workshop: workshopDouble({ kind: 'publish', change: place.change(), spent }),
    });
    const why = 'POST /pulls was answered with 403: Resource not accessible by personal access token';
    const open = () => Promise.reject(new Failure('FORGE_FORBIDDEN', why));
    const story = { ...opened.story, forge: { ...opened.story.forge, open } };
    opened.drop('forbidden-1');
    await workUntilIdle({ ...opened, story });
    expect(opened.statesOf('forbidden-1.md')).toEqual(['failed']);
    const report = JSON.parse(opened.text('failed', 'forbidden-1.error.json')) as ErrorReport;
    expect(report).toMatchObject({
      code: 'FORGE_FORBIDDEN',
      error: expect.stringContaining('Resource not accessible'),
    });
    const branch = opened.record()?.branch ?? '';
    expect(await place.repository().remoteGit('rev-parse', branch)).toBe(opened.record()?.head);
  });
});
