import { describe, expect, it } from '@jest/globals';
import { describeFailure, Failure } from '../../src/domain/failure.ts';
import type { RunRecord } from '../../src/domain/run.ts';
import type { TicketState } from '../../src/domain/ticket.ts';
import type { Moment } from '../../src/pipeline/explain-ticket.ts';
import { explainTicket } from '../../src/pipeline/explain-ticket.ts';
import { findTicket } from '../../src/pipeline/find-ticket.ts';
import { lookAtTickets } from '../../src/pipeline/look-at-tickets.ts';
import { noFastPath } from '../support/plain-routing.ts';
import { runRecord } from '../support/run-record.ts';
import type { TestStory, TestStoryOptions } from '../support/story.ts';
import { storyPlace } from '../support/story-place.ts';

const place = storyPlace();
const key = 'a'.repeat(64);
const running = {
  key,
  id: 'a',
  file: 'a.md',
  title: 'Greet',
  runId: 'run-1',
  model: null,
  step: 0,
  action: null,
};

async function explain(opened: TestStory, id: string, different: Partial<Moment> = {}) {
  const { decided } = await lookAtTickets(opened.story.store);
  const moment: Moment = {
    decided,
    handedOn: new Set(),
    outage: null,
    paused: false,
    running: [],
    concurrency: 1,
    ...different,
  };
  return explainTicket(opened.story, await findTicket(opened.story, id), moment);
}

/** A ticket somewhere, and what is known of it. */
async function withRecord(state: TicketState, record: Partial<RunRecord> | null): Promise<TestStory> {
  const opened = await place.open();
  opened.backlog.save(state, 'a.md', '---\nid: a\n---\nx');
  if (record !== null)
    await opened.story.journal.save(runRecord({ id: 'a', file: 'a.md', move: null, ...record }));
  return opened;
}

describe('why a ticket waits', () => {
  it.each<[string, Partial<Moment>, string, RegExp]>([
    ['nothing', {}, 'ready', /nothing stands in its way/],
    ['a pause', { paused: true }, 'hold', /`ticketmill resume` goes on/],
    [
      'a server that is down',
      { outage: new Failure('MODEL_UNREACHABLE', 'connection refused.') },
      'wait',
      /^connection refused\. Start Ollama/,
    ],
    [
      'no place left',
      { running: [{ ...running, elapsedMs: 0, stage: null }] },
      'wait',
      /^all 1 places are taken; it is next in its turn$/,
    ],
    ['no look yet', { decided: [] }, 'wait', /^it has not been looked at yet$/],
  ])('%s', async (_what, moment, verdict, reason) => {
    const opened = await place.open();
    opened.drop('a');
    expect(await explain(opened, 'a', moment)).toMatchObject({
      id: 'a',
      file: 'a.md',
      state: 'todo',
      verdict,
      reason: expect.stringMatching(reason),
      plan: { model: 'ollama/coder', branch: expect.stringMatching(/^ticket\/a-[0-9a-f]{8}$/) },
    });
  });

  it('is no outage of models where none is needed, until that turns out to be otherwise', async () => {
    const opened = await place.open({ settings: { plan: { fastPath: { ...noFastPath, enabled: true } } } });
    opened.backlog.drop('a.md', '---\nid: a\ntitle: Run the formatter\n---\n');
    const outage = new Failure('MODEL_UNREACHABLE', 'connection refused.');
    expect(await explain(opened, 'a', { outage })).toMatchObject({ verdict: 'ready' });
    const handedOn = new Set(['a.md']);
    expect(await explain(opened, 'a', { outage, handedOn })).toMatchObject({ verdict: 'wait' });
  });

  it('is what the queue itself decided', async () => {
    const opened = await place.open();
    opened.drop('a', { front: 'dependencies: [b]\n' });
    expect(await explain(opened, 'a')).toMatchObject({ verdict: 'wait', reason: 'waits for b (not found)' });
  });

  it('is also that it would fail at once', async () => {
    const opened = await place.open();
    opened.drop('a', { front: 'repo: elsewhere\n' });
    expect(await explain(opened, 'a')).toMatchObject({
      verdict: 'hold',
      reason: expect.stringMatching(/^it would fail at once: The ticket asks for repository "elsewhere"/),
      plan: null,
    });
  });

  it('is that it cannot be read', async () => {
    const opened = await place.open();
    opened.backlog.save('todo', 'broken.md', '---\nnever closed');
    await opened.story.store.candidates();
    await opened.clock.advance(2000);
    expect(await explain(opened, 'broken')).toMatchObject({ verdict: 'hold', plan: null });
  });
});

describe('a ticket that no plan can be made for', () => {
  it('is where it is all the same', async () => {
    const { story, backlog, ...opened } = await place.open();
    backlog.save('done', 'a.md', '---\nid: a\nrepo: elsewhere\n---\nx');
    expect(await explain({ story, backlog, ...opened }, 'a')).toMatchObject({ verdict: 'ended', plan: null });
  });
});

describe('what a plan would be', () => {
  const limited: TestStoryOptions = { settings: { plan: { budget: { attempts: 2, tokens: 1000 } } } };
  it.each<[string, Partial<RunRecord>, 'ready' | 'hold']>([
    ['counts what earlier runs used', { step: 'waiting', attempts: 1 }, 'ready'],
    ['tells that the budget is used up', { step: 'waiting', attempts: 2 }, 'hold'],
    ['counts afresh what was settled, as the claim will', { step: 'settled', attempts: 2 }, 'ready'],
  ])('%s', async (_what, record, verdict) => {
    const opened = await place.open(limited);
    opened.drop('a');
    const spent = { input: 100, output: 0, requests: 1, usd: 0, minutes: 1 };
    await opened.story.journal.save(runRecord({ id: 'a', file: 'a.md', move: null, spent, ...record }));
    const explanation = await explain(opened, 'a');
    expect(explanation.verdict).toBe(verdict);
    expect(explanation.plan?.tokens).toBe(verdict === 'ready' ? 900 : undefined);
  });
});

describe('where a ticket stands', () => {
  const url = 'local://pull-request/1';
  const lastError = { code: 'NO_CHANGES', message: 'Nothing.', stage: 'code', elapsedMs: 1 } as const;
  it.each<{ what: string; state: TicketState; record: Partial<RunRecord> | null; answer: [string, string] }>([
    {
      what: 'review, held',
      state: 'review',
      record: { hold: { code: 'QUESTION', reason: 'Which?' } },
      answer: ['hold', 'QUESTION: Which? Answer in the ticket and move it back to the todo folder.'],
    },
    {
      what: 'review, published',
      state: 'review',
      record: { pullRequest: { number: 1, url } },
      answer: ['hold', `${url} waits to be merged; \`ticketmill show a --diff\` shows it`],
    },
    {
      what: 'review, without a pull request',
      state: 'review',
      record: { branch: 'ticket/a' },
      answer: [
        'hold',
        'the branch ticket/a is ready; no pull request is wanted; `ticketmill show a --diff` shows it',
      ],
    },
    {
      what: 'review, without a branch',
      state: 'review',
      record: {},
      answer: [
        'hold',
        'the branch  is ready; no pull request is wanted; `ticketmill show a --diff` shows it',
      ],
    },
    {
      what: 'review, unknown',
      state: 'review',
      record: null,
      answer: ['hold', 'a person put it there; nothing is known of a change for it'],
    },
    { what: 'done', state: 'done', record: null, answer: ['ended', 'it is done'] },
    {
      what: 'failed, unknown',
      state: 'failed',
      record: null,
      answer: ['ended', 'it failed; its .error.json tells why'],
    },
    {
      what: 'failed',
      state: 'failed',
      record: { lastError },
      answer: ['ended', `NO_CHANGES at stage code: Nothing. ${describeFailure('NO_CHANGES').hint}`],
    },
    {
      what: 'processing, with nobody at work',
      state: 'processing',
      record: null,
      answer: ['wait', 'a.md is not at work; the daemon puts it back into todo'],
    },
  ])('$what', async ({ state, record, answer: [verdict, reason] }) => {
    const opened = await withRecord(state, record);
    const plan = { model: 'ollama/coder' };
    expect(await explain(opened, 'a')).toMatchObject({ state, verdict, reason, plan });
  });

  it.each([
    [null, 'at work for 65 s'],
    ['review', 'at work for 65 s, stage review'],
  ] as const)('at work, stage %s', async (stage, reason) => {
    const opened = await withRecord('processing', {});
    const moment = { running: [{ ...running, elapsedMs: 65_400, stage }] };
    expect(await explain(opened, 'a', moment)).toMatchObject({ verdict: 'running', reason });
  });
});
