import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/domain/failure.ts';
import type { FailureCode } from '../../src/domain/failure.ts';
import { recoverWork } from '../../src/pipeline/recover-work.ts';
import { runTicket } from '../../src/pipeline/run-ticket.ts';
import type { Workshop } from '../../src/ports.ts';
import type { OpenedRepository } from '../../src/workspace/repository.ts';
import { crashingAt } from '../support/crash.ts';
import { temporaryDirectories } from '../support/directory.ts';
import type { TestRepository } from '../support/git-repository.ts';
import { makeRepository } from '../support/git-repository.ts';
import { openTestRepository } from '../support/open-test-repository.ts';
import type { TestStory } from '../support/story.ts';
import { openTestStory } from '../support/story.ts';
import { workToEnd } from '../support/work.ts';

const used = { input: 90, output: 10, requests: 1, usd: 0.5 };

/** Asks a model once, then ends as it is told. */
const asking = (code: FailureCode): Workshop => ({
  async makeChange(_order, _signal, onSpent) {
    await onSpent(used);
    return {
      kind: 'failed',
      failure: new Failure(code, 'So it is.'),
      stage: 'code',
      change: null,
      spent: used,
    };
  },
});

describe('what a ticket has used', () => {
  const directory = temporaryDirectories();
  let samples: TestRepository;
  let repository: OpenedRepository;
  let root: string;
  beforeAll(async () => {
    samples = await makeRepository();
    repository = await openTestRepository(samples);
  });
  afterAll(() => samples.remove());
  beforeEach(() => {
    root = directory();
  });

  const open = (workshop: Workshop, budget = {}): Promise<TestStory> =>
    openTestStory(root, repository, { workshop, settings: { plan: { budget } } });

  async function runOnce(opened: TestStory, workshop = opened.story.workshop): Promise<void> {
    const [candidate] = await opened.story.store.candidates();
    if (candidate === undefined) throw new Error('there is no ticket');
    const order = { candidate, queuedMs: 0, onClaim: () => undefined };
    await runTicket({ ...opened.story, workshop }, order, new AbortController().signal);
  }

  it('counts when an outage ended the run, which was no attempt and took no time', async () => {
    const opened = await open(asking('MODEL_UNREACHABLE'));
    opened.drop('task-1');
    await runOnce(opened);
    expect(opened.record()).toMatchObject({ step: 'waiting', attempts: 0, spent: { ...used, minutes: 0 } });
    await opened.clock.advance(600_000);
    await runOnce(opened);
    expect(opened.record()?.spent).toMatchObject({ input: 180, output: 20, requests: 2, usd: 1 });
  });

  it('counts when the process died in the middle of the run', async () => {
    const dying: Workshop = {
      async makeChange(_order, _signal, onSpent) {
        await onSpent(used);
        await onSpent({ ...used, input: 200, requests: 2 });
        return new Promise(() => undefined);
      },
    };
    const first = await open(dying);
    first.drop('task-1');
    const kept = new Promise<void>((resolve) => {
      const { journal } = first.story;
      const save = journal.save.bind(journal);
      journal.save = async (record) => {
        await save(record);
        if (record.spent.requests === 2) resolve();
      };
    });
    void runOnce(first);
    await kept;

    const next = await open(asking('NO_CHANGES'), { tokens: 210 });
    await recoverWork(next.story);
    expect(next.record()).toMatchObject({ step: 'waiting', attempts: 0, spent: { input: 200, requests: 2 } });
    await workToEnd(next, next.story);
    expect(next.statesOf('task-1.md')).toEqual(['failed']);
    expect(next.record()?.lastError).toMatchObject({
      code: 'BUDGET_EXCEEDED',
      message: 'The ticket has used 210 of 210 tokens.',
    });
  });

  it('is known to every later run, wherever the one before was cut short', async () => {
    for (let n = 1; ; n += 1) {
      root = directory();
      const first = await open(asking('NO_CHANGES'));
      first.drop('task-1');
      const mortal = crashingAt(n, 'after', first);
      const died = await runOnce({ ...first, story: mortal.story }).then(
        () => false,
        () => true,
      );
      const next = await open(asking('NO_CHANGES'));
      const before = next.record()?.spent.requests ?? 0;
      await recoverWork(next.story);
      await workToEnd(next, next.story);
      expect(next.record()?.spent.requests).toBeGreaterThanOrEqual(Math.max(1, before));
      expect(next.statesOf('task-1.md')).toEqual(['failed']);
      if (!died) break;
    }
  });

  it('is not written any more once the run has ended', async () => {
    const late: { spend: (() => Promise<void>) | null } = { spend: null };
    const opened = await open({
      makeChange(_order, _signal, onSpent) {
        late.spend = () => onSpent({ ...used, requests: 99 });
        const failure = new Failure('NO_CHANGES', 'So it is.');
        return Promise.resolve({ kind: 'failed', failure, stage: 'code', change: null, spent: used });
      },
    });
    opened.drop('task-1');
    await runOnce(opened);
    await late.spend?.();
    expect(opened.record()).toMatchObject({ step: 'settled', spent: { requests: 1 } });
  });
});
