import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/domain/failure.ts';
import type { PullRequestDraft } from '../../src/domain/forge.ts';
import type { RunRecord } from '../../src/domain/run.ts';
import { commitChange, publishChange } from '../../src/pipeline/publish-change.ts';
import type { Finished } from '../../src/pipeline/publish-change.ts';
import type { ErrorReport, RunHook } from '../../src/ports.ts';
import { runRecord } from '../support/run-record.ts';
import type { TestStory } from '../support/story.ts';
import { storyPlace } from '../support/story-place.ts';
import { openWork, workUntilIdle } from '../support/work.ts';
import { someSpending as spent, workshopDouble } from '../support/workshop.ts';

const place = storyPlace('bare');
const never = new AbortController().signal;
const task = { id: 'task-1', title: 'Greet', brief: 'Greet people.', criteria: ['It greets.'], notes: '' };

/** A change on its branch, and nothing else yet. */
async function committed(
  id: string,
  settings = {},
  different: Partial<Finished> = {},
): Promise<{ opened: TestStory; record: RunRecord }> {
  const opened = await place.open({ settings });
  const record = runRecord({ id, key: Buffer.from(id.padEnd(32, '.')).toString('hex'), move: null });
  const branch = `ticket/${id}`;
  const finished = { task, branch, change: place.change(), ...different };
  const made = await commitChange(opened.story, record, finished);
  // What is told from here on is about publishing.
  opened.events.length = 0;
  return { opened, record: made };
}

/** The same story, and what its forge is asked to open. */
function listenedTo({ story }: TestStory) {
  const drafts: PullRequestDraft[] = [];
  const open = (draft: PullRequestDraft) => {
    drafts.push(draft);
    return story.forge.open(draft);
  };
  return { drafts, story: { ...story, forge: { ...story.forge, open } } };
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

  it('is told with what every check said', async () => {
    const opened = await place.open();
    const ran = { exitCode: 0, baseExitCode: 1, elapsedMs: 5, output: '' };
    const results = (['passed', 'mended'] as const).map((outcome) => ({ name: 'test', outcome, ...ran }));
    const change = { ...place.change(), checks: { tree: place.change().tree, results } };
    const record = runRecord({ id: 'commit-5', key: 'e'.repeat(64) });
    await commitChange(opened.story, record, { task, branch: 'ticket/commit-5', change });
    expect(opened.events).toMatchObject([
      { type: 'change:committed', checks: ['test passed', 'test mended'], reviewer: 'ollama/judge' },
    ]);
  });

  it('and its push wait for the commands of the user, and are not made when these refuse', async () => {
    const heard: string[] = [];
    let refused = 'commit:before';
    const hook: RunHook = ({ hook: name, taskId, branch = '' }) => {
      heard.push(`${name} ${taskId} ${branch}`);
      return name === refused ? Promise.reject(new Failure('HOOK_REFUSED', 'no')) : Promise.resolve();
    };
    const opened = await place.open({ hook });
    const branch = 'ticket/hook-1';
    const record = runRecord({ id: 'hook-1', key: 'f'.repeat(64) });
    const commit = () => commitChange(opened.story, record, { task, branch, change: place.change() });
    const where = ['for-each-ref', `refs/heads/${branch}`];
    await expect(commit()).rejects.toMatchObject({ code: 'HOOK_REFUSED' });
    expect(await place.repository().git(...where)).toBe('');
    refused = 'push:before';
    const made = await commit();
    await expect(publishChange(opened.story, made, never)).rejects.toMatchObject({ code: 'HOOK_REFUSED' });
    expect(await place.repository().remoteGit(...where)).toBe('');
    refused = '';
    await publishChange(opened.story, made, never);
    expect(await place.repository().remoteGit(...where)).toContain(made.head);
    const [ofCommit, ofPush] = ['commit:before hook-1 ticket/hook-1', 'push:before hook-1 ticket/hook-1'];
    expect(heard).toEqual([ofCommit, ofCommit, ofPush, ofPush]);
  });

  it('is not made of a change that the guard refuses, whatever those say who made it on another machine', async () => {
    const opened = await place.open({
      guard: {
        inspect: ({ diff }) => {
          const refusal = { code: 'GUARD_PROTECTED_PATH' as const, path: '.github', line: 0, reason: 'no' };
          return Promise.resolve({ refusals: diff === place.change().diff ? [refusal] : [], remarks: [] });
        },
        inspectTexts: () => Promise.resolve([]),
      },
    });
    const committing = commitChange(opened.story, runRecord(), {
      task,
      branch: 'ticket/commit-refused',
      change: place.change(),
    });
    await expect(committing).rejects.toMatchObject({ code: 'GUARD_PROTECTED_PATH' });
    expect(opened.story.journal.all()).toEqual([]);
    expect(await place.repository().git('for-each-ref', 'refs/heads/ticket/commit-refused')).toBe('');
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
    const { journal, forge } = opened.story;
    const opening = Promise.withResolvers<undefined>();
    const story = {
      ...opened.story,
      // The record is not waited for before the pull request is opened, but before anybody goes on.
      forge: {
        ...forge,
        open: (...order: Parameters<typeof forge.open>) => {
          opening.resolve(undefined);
          return forge.open(...order);
        },
      },
      journal: {
        ...journal,
        save: async (each: RunRecord) => {
          await opening.promise;
          await journal.save(each);
          steps.push(each.step);
        },
      },
    };
    const { record: published, pullRequest } = await publishChange(story, record, never);
    expect(steps).toEqual(['pushed']);
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

  it('tells of the pull request also when the step before it could not be put on record', async () => {
    const { opened, record } = await committed('publish-unrecorded');
    const { journal } = opened.story;
    const save = () => Promise.reject(new Error('ENOSPC'));
    const publishing = publishChange({ ...opened.story, journal: { ...journal, save } }, record, never);
    await expect(publishing).rejects.toThrow('ENOSPC');
    await publishChange(opened.story, record, never);
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

  it.each([null, 0, 1, 2])('tells the forge how it was looked at: findings %j', async (count) => {
    const change = place.change();
    const finding = { severity: 'LOW', category: 'style', file: 'a.ts', line: 1, message: 'Hm.' } as const;
    const findings = Array.from({ length: count ?? 0 }, () => finding);
    const verdict = count === null ? null : change.verdict && { ...change.verdict, findings };
    const { opened, record } = await committed(
      `publish-seen-${count ?? 'off'}`,
      {},
      { change: { ...change, verdict } },
    );
    const { drafts, story } = listenedTo(opened);
    await publishChange(story, record, never);
    const said =
      count === null
        ? 'checked; the review is switched off'
        : `checked and reviewed: ${['no findings', '1 finding', '2 findings'][count] ?? ''}`;
    expect(drafts).toMatchObject([{ summary: said, findings }]);
  });

  it('tells the forge of the milestone and the issue of the ticket', async () => {
    const issue = 'https://forge.example/acme/shop/issues/7';
    const { opened, record } = await committed('publish-links', {}, { milestone: 'v2', issue });
    const { drafts, story } = listenedTo(opened);
    await publishChange(story, record, never);
    expect(drafts).toMatchObject([
      { milestone: 'v2', body: expect.stringContaining(`\`publish-links\`, for ${issue}.`) },
    ]);
  });

  it('is done where the repository of the ticket is, which must be configured', async () => {
    const { opened, record } = await committed('publish-site');
    const { drafts, story: shop } = listenedTo(opened);
    const wrong = () => Promise.reject(new Error('asked the wrong forge'));
    const forge = { ...opened.story.forge, find: wrong, open: wrong };
    const story = { ...opened.story, forge, elsewhere: new Map([['shop', shop]]) };
    await publishChange(story, { ...record, repo: 'shop' }, never);
    expect(drafts).toMatchObject([{ branch: 'ticket/publish-site' }]);
    await expect(publishChange(story, { ...record, repo: 'gone' }, never)).rejects.toMatchObject({
      code: 'TICKET_REPOSITORY_UNKNOWN',
      message: 'The ticket is about repository "gone"; configured: default, shop.',
    });
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
