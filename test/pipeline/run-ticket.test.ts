import { readFileSync, renameSync, rmSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { addSpending } from '../../src/domain/change.ts';
import { Failure } from '../../src/domain/failure.ts';
import type { FailureCode } from '../../src/domain/failure.ts';
import type { Made } from '../../src/domain/run.ts';
import { runTicket } from '../../src/pipeline/run-ticket.ts';
import type { Story } from '../../src/pipeline/story.ts';
import type { ErrorReport } from '../../src/ports.ts';
import { plainRouting } from '../support/plain-routing.ts';
import { appendTo } from '../support/story.ts';
import type { TestStory } from '../support/story.ts';
import { storyPlace } from '../support/story-place.ts';
import { openWork, workUntilIdle } from '../support/work.ts';
import { someSpending as spent, workshopDouble } from '../support/workshop.ts';

const place = storyPlace('bare');
const published = (): Made => ({ kind: 'publish', change: place.change(), spent });
const failed = (code: FailureCode, retryAfterSeconds?: number): Made => {
  const { tree, diff, files } = place.change();
  const failure = new Failure(
    code,
    'So it is.',
    retryAfterSeconds === undefined ? {} : { retryAfterSeconds },
  );
  return { kind: 'failed', failure, stage: 'check', change: { tree, diff, files }, spent };
};

const aKey = { code: 'GUARD_SECRET', path: 'src/greeting.ts', line: 1, reason: 'a key' } as const;

const branches = (id: string): Promise<string> =>
  place.repository().git('for-each-ref', '--format=%(refname)', `refs/heads/ticket/${id}-*`);

function errorReport({ backlog }: TestStory, id: string): ErrorReport {
  return JSON.parse(readFileSync(backlog.path('failed', `${id}.error.json`), 'utf8')) as ErrorReport;
}

describe('a run that succeeds', () => {
  it('leaves a commit, a pushed branch, a pull request, and a ticket that tells of them', async () => {
    const opened = await place.open({ workshop: workshopDouble(published()) });
    opened.drop('ok-1');
    const { ends, faults } = await workUntilIdle(opened);
    expect(faults).toEqual([]);
    expect(ends).toEqual([{ kind: 'settled', id: 'ok-1', file: 'ok-1.md', state: 'review', code: null }]);

    const record = opened.record();
    const branch = record?.branch ?? '';
    expect(record).toMatchObject({
      step: 'settled',
      move: null,
      attempts: 1,
      model: 'ollama/coder',
      spent: { ...spent, minutes: 0 },
      tree: place.change().tree,
      reviewedTree: place.change().tree,
      pullRequest: { number: 1, url: 'local://pull-request/1' },
      lastError: null,
    });
    const repository = place.repository();
    expect(await repository.git('rev-parse', `${branch}^{tree}`)).toBe(place.change().tree);
    expect(
      await repository.git('log', '-1', '--format=%s%n%(trailers:key=Ticket-Key,valueonly)', branch),
    ).toContain(record?.key);
    expect(await repository.remoteGit('rev-parse', branch)).toBe(record?.head);
    expect(await opened.forge.find(branch)).toMatchObject({
      state: 'open',
      head: record?.head,
      base: 'main',
    });

    const text = opened.text('review', 'ok-1.md');
    expect(text).toContain('status: In Review');
    expect(text).toContain("references:\n  - 'local://pull-request/1'");
    expect(text).toContain('modified_files:\n  - src/greeting.ts');
    expect(text).toContain('author: @ticketmill');
    expect(text).toContain('Pull request: local://pull-request/1');
    const told = ['ticket:claimed', 'branch:pushed', 'pull-request:opened', 'ticket:settled'];
    expect(opened.types().filter((type) => told.includes(type))).toEqual(told);
  });

  it('keeps what people may want to look at', async () => {
    const opened = await place.open({ workshop: workshopDouble(published()) });
    opened.drop('ok-2');
    await workUntilIdle(opened);
    const runId = opened.record()?.runId ?? '';
    expect(await opened.story.archive.read(runId, 'diff.patch')).toBe(place.change().diff);
    const review = JSON.parse((await opened.story.archive.read(runId, 'review.json')) ?? '') as unknown;
    expect(review).toEqual({ checks: place.change().checks, verdict: place.change().verdict });
  });

  it('ends with its branch when no pull request is wanted', async () => {
    const opened = await place.open({
      workshop: workshopDouble(published()),
      settings: { createPullRequest: false },
    });
    opened.drop('ok-3');
    await workUntilIdle(opened);
    expect(opened.statesOf('ok-3.md')).toEqual(['review']);
    expect(opened.record()).toMatchObject({ pullRequest: null });
    expect(opened.text('review', 'ok-3.md')).toContain('The branch is ready.');
    expect(opened.events.at(-1)).toMatchObject({
      message: `branch ${opened.record()?.branch} is ready for review`,
    });
  });

  it('asks the workshop for what was planned, and the workshop alone', async () => {
    const workshop = workshopDouble(published());
    const opened = await place.open({ workshop });
    opened.drop('ok-4', {
      front: 'model: other\n',
      body: 'Do it.\n\n## Acceptance Criteria\n- [ ] done\n',
    });
    await workUntilIdle(opened);
    expect(workshop.orders).toMatchObject([
      {
        identity: { id: 'ok-4', created: '2026-01-02' },
        runId: 'run-1',
        task: { id: 'ok-4', title: 'Greet', criteria: ['done'] },
        plan: { model: 'ollama/other' },
        file: 'ok-4.md',
      },
    ]);
  });

  it('says of what issue its ticket was made, and knows its milestone', async () => {
    const opened = await place.open({ workshop: workshopDouble(published()) });
    const issues = 'https://forge.example/acme/shop/issues';
    opened.drop('GH-7', { front: `milestone: v2\nreferences:\n  - ${issues}/17\n  - ${issues}/7\n` });
    await workUntilIdle(opened);
    expect((await opened.forge.record(1))?.body).toContain(`from ticket \`GH-7\`, for ${issues}/7.`);
    expect(opened.record()).toMatchObject({ publication: { milestone: 'v2' } });
  });
});

describe('a run that waits for a person', () => {
  it('keeps a held change on its local branch', async () => {
    const made: Made = {
      kind: 'hold',
      change: place.change(),
      code: 'CHECKS_STILL_RED',
      reason: 'Red: test.',
      spent,
    };
    const opened = await place.open({ workshop: workshopDouble(made) });
    opened.drop('held-1');
    const { ends } = await workUntilIdle(opened);
    expect(ends).toMatchObject([{ kind: 'settled', state: 'review' }]);
    const branch = opened.record()?.branch ?? '';
    expect(await branches('held-1')).toBe(`refs/heads/${branch}`);
    expect(await place.repository().remoteGit('for-each-ref', `refs/heads/${branch}`)).toBe('');
    expect(await opened.forge.find(branch)).toBeNull();
    expect(opened.record()).toMatchObject({ hold: { code: 'CHECKS_STILL_RED', reason: 'Red: test.' } });
    expect(opened.text('review', 'held-1.md')).toContain('`ticketmill approve held-1` publishes it');
    expect(opened.events.at(-1)).toMatchObject({ code: 'CHECKS_STILL_RED', errorType: 'environment' });
  });

  it.each([
    ['QUESTION', 'Answer in the ticket and move it back'],
    ['NO_CHANGE_NEEDED', 'closes the ticket as done'],
  ] as const)('gives the reason where there is no change: %s', async (code, advice) => {
    const made: Made = { kind: 'hold', change: null, code, reason: 'Which greeting?', spent };
    const opened = await place.open({ workshop: workshopDouble(made) });
    opened.drop('held-2');
    await workUntilIdle(opened);
    expect(await branches('held-2')).toBe('');
    expect(opened.text('review', 'held-2.md')).toContain('A person must decide: Which greeting?');
    expect(opened.text('review', 'held-2.md')).toContain(advice);
    expect(opened.events.at(-1)).toMatchObject({ code, errorType: null });
    expect(opened.record()).toMatchObject({ spent: { input: 100, output: 20, requests: 2 } });
  });
});

describe('a run that fails', () => {
  it('leaves the reason, what it cost and what can be done', async () => {
    const opened = await place.open({ workshop: workshopDouble(failed('CHECKS_BROKEN')) });
    opened.drop('bad-1');
    const { ends } = await workUntilIdle(opened);
    expect(ends).toMatchObject([{ kind: 'settled', state: 'failed', code: 'CHECKS_BROKEN' }]);
    expect(opened.backlog.files()).toEqual({ failed: ['bad-1.error.json', 'bad-1.md'] });
    expect(opened.record()).toMatchObject({ step: 'settled', spent: { input: 100 }, attempts: 1 });
    expect(errorReport(opened, 'bad-1')).toMatchObject({
      taskId: 'bad-1',
      timestamp: '2026-01-02T10:00:00.000Z',
      error: 'So it is.',
      errorType: 'model',
      code: 'CHECKS_BROKEN',
      stage: 'check',
      model: 'ollama/coder',
      retryable: true,
      runId: 'run-1',
      attempts: [{ model: 'ollama/coder', attempt: 1, code: 'CHECKS_BROKEN' }],
    });
    expect(opened.text('failed', 'bad-1.md')).toContain('status: Failed');
    expect(opened.text('failed', 'bad-1.md')).toContain('Failed (CHECKS_BROKEN): So it is.');
    expect(await opened.story.archive.read('run-1', 'diff.patch')).toBe(place.change().diff);
    expect(await opened.story.archive.read('run-1', 'review.json')).toBeNull();
  });

  it('lists every model that failed, in the order of their tries', async () => {
    const tried = [{ model: 'ollama/coder', code: 'NO_CHANGES', error: 'Nothing.', elapsedMs: 3 }];
    const made: Made = { ...failed('CHECKS_BROKEN'), model: 'ollama/other', tried };
    const opened = await place.open({ workshop: workshopDouble(made) });
    opened.drop('bad-6');
    await workUntilIdle(opened);
    const tries = errorReport(opened, 'bad-6').attempts.map(({ model, code }) => `${model} ${code}`);
    expect(tries).toEqual(['ollama/coder NO_CHANGES', 'ollama/other CHECKS_BROKEN']);
  });

  it('as a rework leaves the pull request as it was, for a person', async () => {
    const workshop = workshopDouble([published(), failed('CHECKS_BROKEN')]);
    const opened = await place.open({ workshop });
    opened.drop('bad-7');
    await workUntilIdle(opened);
    const before = opened.record();
    if (before?.base == null || before.head === null) throw new Error('nothing was published');
    const { base, head, branch, pullRequest } = before;
    const asked = { round: 1, reason: 'changes were requested', feedback: 'Louder.', answered: ['review:1'] };
    const rework = { ...asked, base: base.sha, head, isDue: true };
    await opened.story.journal.save({ ...before, step: 'waiting', rework });
    await opened.story.store.transition('bad-7.md', 'review', 'todo');
    const { ends } = await workUntilIdle(opened);
    expect(workshop.orders[1]).toMatchObject({ rework });
    expect(ends).toMatchObject([{ kind: 'settled', state: 'review', code: null }]);
    expect(opened.record()).toMatchObject({ head, pullRequest, rework: { isDue: false }, lastError: null });
    const message = 'local://pull-request/1 stays as it was: So it is.';
    expect(opened.events.at(-1)).toMatchObject({ to: 'review', code: 'CHECKS_BROKEN', message });
    expect(await opened.forge.find(branch ?? '')).toMatchObject({ state: 'open', head });
  });

  it.each([
    ['model', { category: 'coding', complexity: 'low' }],
    ['default', null],
  ] as const)('counts what it cost to ask what kind of work it is, known by %s', async (by, said) => {
    const question = { input: 40, output: 2, requests: 1, usd: 0.25 };
    const opened = await place.open({
      workshop: workshopDouble(failed('CHECKS_BROKEN')),
      classify: ({ onSpent }) => {
        onSpent(question);
        return Promise.resolve(said);
      },
      settings: {
        plan: { availableModels: ['ollama/other'], routing: { ...plainRouting, strategy: 'affinity' } },
      },
    });
    opened.drop('bad-kind', { body: 'Hm.\n' });
    await workUntilIdle(opened);
    expect(opened.events).toContainEqual(expect.objectContaining({ type: 'ticket:routed', by }));
    expect(opened.record()?.spent).toMatchObject(addSpending(spent, question));
  });

  it('asks no model when the plan already says that it cannot be', async () => {
    const workshop = workshopDouble(published());
    const opened = await place.open({ workshop });
    opened.drop('bad-2', { front: 'repo: elsewhere\n' });
    await workUntilIdle(opened);
    expect(workshop.orders).toEqual([]);
    expect(errorReport(opened, 'bad-2')).toMatchObject({
      code: 'TICKET_REPOSITORY_UNKNOWN',
      stage: 'claim',
      model: null,
      attempts: [],
      retryable: false,
    });
  });

  it('says that a fault of ours is ours', async () => {
    const opened = await place.open({ workshop: workshopDouble(new Error('undefined is not a function')) });
    opened.drop('bad-3');
    await workUntilIdle(opened);
    expect(errorReport(opened, 'bad-3')).toMatchObject({ code: 'INTERNAL', errorType: 'internal' });
  });

  it('keeps what was spent when the guard refuses the tree at the last moment', async () => {
    const opened = await place.open({
      workshop: workshopDouble({
        kind: 'hold',
        change: place.change(),
        code: 'REVIEW_BLOCKED',
        reason: 'x',
        spent,
      }),
      guard: {
        inspect: () => Promise.resolve({ refusals: [aKey], remarks: [] }),
        inspectTexts: () => Promise.resolve([]),
      },
    });
    opened.drop('bad-4');
    await workUntilIdle(opened);
    expect(errorReport(opened, 'bad-4')).toMatchObject({
      code: 'GUARD_SECRET',
      error: 'src/greeting.ts:1: a key',
      stage: 'publish',
    });
    expect(opened.record()).toMatchObject({ spent: { input: 100, output: 20 }, hold: null });
    expect(await branches('bad-4')).toBe('');
  });

  it('takes a verdict on another tree for none', async () => {
    const change = place.change();
    const verdict = change.verdict && { ...change.verdict, tree: 'f'.repeat(40) };
    const opened = await place.open({
      workshop: workshopDouble({ kind: 'publish', change: { ...change, verdict }, spent }),
    });
    opened.drop('bad-5');
    await workUntilIdle(opened);
    expect(errorReport(opened, 'bad-5')).toMatchObject({ code: 'REVIEW_FAILED', stage: 'publish' });
  });
});

describe('a run that cannot go on', () => {
  it('spends no attempt and no time, and waits longer from time to time', async () => {
    const workshop = workshopDouble([
      failed('MODEL_UNREACHABLE'),
      failed('MODEL_UNREACHABLE'),
      failed('MODEL_OVERLOADED', 42),
      published(),
    ]);
    const opened = await place.open({ workshop });
    opened.drop('later-1');
    const { queue, ends, idle } = openWork(opened, opened.story);
    const waits: number[] = [];
    for (let reached = idle(); ;) {
      queue.wake();
      const { left } = await reached;
      if (left.length === 0) break;
      expect(opened.statesOf('later-1.md')).toEqual(['todo']);
      expect(opened.text('todo', 'later-1.md')).toContain('status: To Do');
      expect(opened.record()).toMatchObject({
        step: 'waiting',
        attempts: 0,
        spent: { input: 100 * (waits.length + 1), minutes: 0 },
      });
      expect(opened.waits.seconds('later-1.md')).toBe(opened.record()?.waitSeconds);
      waits.push(opened.waits.seconds('later-1.md'));
      reached = idle();
      await opened.clock.advance(opened.waits.seconds('later-1.md') * 1000);
    }
    await queue.drain();
    expect(waits).toEqual([5, 10, 42]);
    expect(ends.map(({ kind }) => kind)).toEqual(['requeued', 'requeued', 'requeued', 'settled']);
    expect(opened.record()).toMatchObject({ step: 'settled', attempts: 1, waitSeconds: 0 });
    expect(opened.types().filter((type) => type === 'ticket:requeued')).toHaveLength(3);
  });

  it('never waits longer than five minutes of its own accord', async () => {
    const opened = await place.open({ workshop: workshopDouble(failed('MODEL_UNREACHABLE')) });
    opened.drop('later-2');
    const { queue, idle } = openWork(opened, opened.story);
    for (let tries = 0; tries < 9; tries += 1) {
      const reached = idle();
      queue.wake();
      await opened.clock.advance(300_000);
      await reached;
    }
    await queue.drain();
    expect(opened.record()).toMatchObject({ waitSeconds: 300, attempts: 0 });
  });

  it('publishes later what it made, without making it again', async () => {
    const workshop = workshopDouble(published());
    const opened = await place.open({ workshop });
    const { repository } = opened.story;
    let down = true;
    const push: typeof repository.push = (...args) =>
      down
        ? Promise.reject(new Failure('GIT_REMOTE_UNREACHABLE', 'no route to host'))
        : repository.push(...args);
    const story = { ...opened.story, repository: { ...repository, push } };
    opened.drop('later-3');
    const { queue, idle } = openWork(opened, story);
    let reached = idle();
    queue.wake();
    await reached;
    expect(opened.record()).toMatchObject({ step: 'committed', attempts: 1, waitSeconds: 5 });
    expect(opened.statesOf('later-3.md')).toEqual(['todo']);

    down = false;
    reached = idle();
    await opened.clock.advance(5000);
    await reached;
    await queue.drain();
    expect(workshop.orders).toHaveLength(1);
    expect(opened.statesOf('later-3.md')).toEqual(['review']);
    expect(opened.record()).toMatchObject({ attempts: 1, spent: { input: 100 } });
  });

  it('makes it again when the ticket asks for something else by then', async () => {
    const workshop = workshopDouble(published());
    const opened = await place.open({ workshop });
    const { repository } = opened.story;
    const push = () => Promise.reject(new Failure('GIT_REMOTE_UNREACHABLE', 'no route to host'));
    opened.drop('later-4');
    const away = openWork(opened, { ...opened.story, repository: { ...repository, push } });
    const reached = away.idle();
    away.queue.wake();
    await reached;
    await away.queue.drain();
    opened.drop('later-4', { body: 'Please greet louder.\n' });
    await opened.clock.advance(5000);
    await workUntilIdle(opened);
    expect(workshop.orders.map(({ task }) => task.brief)).toEqual([
      'Please greet people.',
      'Please greet louder.',
    ]);
    expect(opened.record()).toMatchObject({ attempts: 2, spent: { input: 200 } });
  });
});

describe('a person who has the ticket meanwhile', () => {
  const meanwhile = (act: (opened: TestStory) => void) => {
    let opened: TestStory | null = null;
    return {
      workshop: workshopDouble(() => {
        if (opened !== null) act(opened);
        return published();
      }),
      set: (story: TestStory) => {
        opened = story;
      },
    };
  };

  it.each([
    ['removes it', (opened: TestStory) => rmSync(opened.backlog.path('processing', 'mine-1.md')), {}],
    [
      'calls it done',
      ({ backlog }: TestStory) =>
        renameSync(backlog.path('processing', 'mine-1.md'), backlog.path('done', 'mine-1.md')),
      { done: ['mine-1.md'] },
    ],
  ])('wins when he %s, and nothing is published', async (_what, act, files) => {
    const { workshop, set } = meanwhile(act);
    const opened = await place.open({ workshop });
    set(opened);
    opened.drop('mine-1');
    const { ends } = await workUntilIdle(opened);
    expect(ends).toEqual([{ kind: 'gone', file: 'mine-1.md' }]);
    expect(opened.backlog.files()).toEqual(files);
    expect(await branches('mine-1')).toBe('');
    expect(opened.types().at(-1)).toBe('ticket:withdrawn');
    expect(opened.record()).toMatchObject({ step: 'settled', move: null });
  });

  it.each(['CHECKS_BROKEN', 'MODEL_UNREACHABLE'] as const)(
    'wins when he removes it while its run ends with %s',
    async (code) => {
      const opened = await place.open({
        workshop: workshopDouble(() => {
          rmSync(opened.backlog.path('processing', 'mine-2.md'));
          return failed(code);
        }),
      });
      opened.drop('mine-2');
      const { ends } = await workUntilIdle(opened);
      expect(ends).toEqual([{ kind: 'gone', file: 'mine-2.md' }]);
      expect(opened.backlog.files()).toEqual({});
      expect(opened.types().at(-1)).toBe('ticket:withdrawn');
    },
  );

  it('keeps what he writes into it', async () => {
    const opened = await place.open({
      workshop: workshopDouble(() => {
        appendTo(opened, 'processing', 'mine-3.md', '\nAnd thank you!\n');
        return published();
      }),
    });
    opened.drop('mine-3');
    await workUntilIdle(opened);
    expect(opened.text('review', 'mine-3.md')).toContain('Please greet people.\n\nAnd thank you!\n');
    expect(opened.text('review', 'mine-3.md')).toContain('status: In Review');
    expect(opened.text('review', 'mine-3.md')).toContain('The ticket was edited while it was at work.');
    expect((await opened.forge.record(1))?.body).toContain('The ticket was edited while this was made');
  });

  it('may move it back to todo to have it tried afresh', async () => {
    const workshop = workshopDouble([failed('NO_CHANGES'), published()]);
    const opened = await place.open({ workshop });
    opened.drop('mine-4');
    await workUntilIdle(opened);
    renameSync(opened.backlog.path('failed', 'mine-4.md'), opened.backlog.path('todo', 'mine-4.md'));
    await workUntilIdle(opened);
    expect(opened.statesOf('mine-4.md')).toEqual(['review']);
    expect(opened.record()).toMatchObject({ attempts: 1, spent: { input: 200 }, lastError: null });
  });
});

describe('a run by itself', () => {
  const run = async (opened: TestStory, story: Story, signal: AbortSignal) => {
    const [candidate] = await opened.story.store.candidates();
    if (candidate === undefined) throw new Error('there is no ticket');
    return {
      candidate,
      end: () => runTicket(story, { candidate, queuedMs: 7, onClaim: () => undefined }, signal),
    };
  };

  it('does not begin with a ticket that is not the one that was admitted', async () => {
    const opened = await place.open();
    opened.drop('alone-1');
    const { end } = await run(opened, opened.story, new AbortController().signal);
    appendTo(opened, 'todo', 'alone-1.md', 'And loudly.');
    expect(await end()).toEqual({ kind: 'gone', file: 'alone-1.md' });
    expect(opened.events).toEqual([]);
  });

  it.each([
    [
      'its reason',
      new Failure('INTERRUPTED', 'told to stop'),
      { kind: 'requeued', failure: { code: 'INTERRUPTED' } },
    ],
    ['the fault, where there is none', new Error('no reason'), { kind: 'settled', code: 'INTERNAL' }],
  ])('that is cut short while it publishes ends by %s', async (_what, reason, expected) => {
    const opened = await place.open({ workshop: workshopDouble(published()) });
    const cut = new AbortController();
    const push = () => {
      cut.abort(reason);
      return Promise.reject(new Error('the connection was closed'));
    };
    const story = { ...opened.story, repository: { ...opened.story.repository, push } };
    opened.drop('alone-2');
    const { end } = await run(opened, story, cut.signal);
    expect(await end()).toMatchObject(expected);
    expect(opened.events[0]).toMatchObject({
      type: 'ticket:claimed',
      queuedMs: 7,
      attempt: 1,
      title: 'Greet',
    });
  });
});

describe('a budget', () => {
  it('counts over all runs of a ticket', async () => {
    const workshop = workshopDouble(failed('NO_CHANGES'));
    const opened = await place.open({ workshop, settings: { plan: { budget: { tokens: 200 } } } });
    opened.drop('dear-1');
    const again = async (): Promise<void> => {
      await workUntilIdle(opened);
      renameSync(opened.backlog.path('failed', 'dear-1.md'), opened.backlog.path('todo', 'dear-1.md'));
    };
    await again();
    await again();
    await workUntilIdle(opened);
    expect(workshop.orders.map(({ plan }) => plan.tokens)).toEqual([200, 80]);
    expect(errorReport(opened, 'dear-1')).toMatchObject({
      code: 'BUDGET_EXCEEDED',
      error: 'The ticket has used 240 of 200 tokens.',
    });
  });

  it('counts minutes by the clock that only goes forward', async () => {
    const opened = await place.open({
      workshop: workshopDouble(async () => {
        await opened.clock.advance(90_000);
        opened.clock.setWallClock(new Date('2020-01-01T00:00:00Z'));
        return failed('NO_CHANGES');
      }),
    });
    opened.drop('dear-2');
    await workUntilIdle(opened);
    expect(opened.record()).toMatchObject({ spent: { minutes: 1.5 }, lastError: { elapsedMs: 90_000 } });
  });
});
