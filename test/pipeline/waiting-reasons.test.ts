import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { describeFailure, Failure, failureCodes } from '../../src/domain/failure.ts';
import type { RunRecord } from '../../src/domain/run.ts';
import { decideStarts } from '../../src/pipeline/decide-starts.ts';
import type { Moment } from '../../src/pipeline/explain-ticket.ts';
import { explainTicket } from '../../src/pipeline/explain-ticket.ts';
import { findTicket } from '../../src/pipeline/find-ticket.ts';
import { lookAtTickets, readyOf } from '../../src/pipeline/look-at-tickets.ts';
import { runRecord } from '../support/run-record.ts';
import type { TestStory, TestStoryOptions } from '../support/story.ts';
import { storyPlace } from '../support/story-place.ts';

const place = storyPlace();
const page = new URL('../../docs/operations.md', import.meta.url);

/** What `explain` says of a ticket by the decisions of the queue. */
async function explain({ story }: TestStory, ticket: string, given: Partial<Moment>, unread: string[]) {
  const { store } = story;
  const candidates: typeof store.candidates = async () =>
    (await store.candidates()).map((each) =>
      unread.includes(each.file) ? { ...each, settled: false } : each,
    );
  const view = await lookAtTickets({ ...store, candidates });
  const order = { waiting: readyOf(view.decided), running: [], concurrency: 2 };
  const { decided } = await decideStarts(story, view, order);
  const moment = {
    decided,
    handedOn: new Set<string>(),
    outage: null,
    paused: false,
    running: [],
    concurrency: 2,
    ...given,
  };
  return explainTicket(story, await findTicket(story, ticket), moment);
}

type Case = {
  ticket?: string;
  set?: TestStoryOptions;
  prepare?: (opened: TestStory) => void;
  record?: Partial<RunRecord>;
  unread?: string[];
  moment?: Partial<Moment>;
  answer: [verdict: 'wait' | 'hold', reason: RegExp];
};

const two = (front: string) => (opened: TestStory) => {
  for (const id of ['a', 'b']) opened.drop(id, { front });
};
const twins = (opened: TestStory): void => {
  for (const file of ['a.md', 'b.md']) opened.drop('a', { file });
};
const inState =
  (state: 'processing' | 'review') =>
  (opened: TestStory): void =>
    opened.backlog.save(state, 'a.md', '---\nid: a\n---\nx');
const run = { key: 'b'.repeat(64), id: 'x', file: 'x.md', title: 'X', runId: 'r', stage: null, model: null };
const busy = { ...run, step: 0, action: null, elapsedMs: 0 };
const held = (hold: RunRecord['hold'], more: Partial<RunRecord> = {}) => ({
  prepare: inState('review'),
  record: { hold, ...more },
});
const part = { id: 'a.1', parentTaskId: 'a', title: 'One', description: 'Do it.' };
const parts = [{ ...part, criteria: [], dependencies: [], labels: [], wishes: {} }];
const task = { id: 'a', title: 'Greet', brief: 'Greet.', criteria: [], notes: '' };
const publication = { task, message: 'M', title: 'T', body: 'B', findings: [], files: [], report: '' };

/** By what the table of docs/operations.md calls them. */
const reasons: Record<string, Case> = {
  'not looked at': { moment: { decided: [] }, answer: ['wait', /not been looked at yet/] },
  'still written': { unread: ['a.md'], answer: ['wait', /once nobody has written to it/] },
  'no ticket': {
    prepare: ({ backlog }) => backlog.save('todo', 'a.md', '---\nnever closed'),
    answer: ['hold', /./],
  },
  'id in use': {
    ticket: 'b.md',
    prepare(opened) {
      inState('processing')(opened);
      opened.drop('a', { file: 'b.md' });
    },
    answer: ['hold', /already in work or in review; give this one another id/],
  },
  'same id': { ticket: 'b.md', prepare: twins, answer: ['hold', /give one of them another id/] },
  'perhaps the same id': {
    ticket: 'b.md',
    prepare: twins,
    unread: ['a.md'],
    answer: ['wait', /a\.md is still being written/],
  },
  dependencies: { prepare: two('dependencies: [c]\n'), answer: ['wait', /^waits for c \(not found\)$/] },
  circle: { prepare: two('dependencies: [a]\n'), answer: ['hold', /circle: a -> a; take one of them out/] },
  'put back': { prepare: two(''), answer: ['wait', /^tried again in 30 s$/] },
  quota: {
    ticket: 'b',
    set: { settings: { quotas: { repositories: {}, labels: { docs: 1 } } } },
    prepare: two('labels: [docs]\n'),
    answer: ['wait', /label docs are at work as `processing\.quotas` allows/],
  },
  'same file': {
    ticket: 'b',
    prepare: two('modified_files: [README.md]\n'),
    answer: ['wait', /likely to change readme\.md as well/i],
  },
  'open pull requests': {
    ticket: 'b',
    set: { settings: { maxOpenPullRequests: 1 } },
    prepare: two(''),
    answer: ['hold', /`processing\.maxOpenPullRequests` allows; look at one and merge or close it/],
  },
  pause: { moment: { paused: true }, answer: ['hold', /`ticketmill resume` goes on/] },
  outage: {
    moment: { outage: new Failure('MODEL_UNREACHABLE', 'refused.') },
    answer: ['wait', /^refused\. Start Ollama/],
  },
  places: { moment: { running: [busy, busy] }, answer: ['wait', /^all 2 places are taken/] },
  'would fail': {
    prepare: two('repo: elsewhere\n'),
    answer: ['hold', /^it would fail at once: The ticket asks for repository "elsewhere"/],
  },
  budget: {
    set: { settings: { plan: { budget: { attempts: 2 } } } },
    prepare: two(''),
    record: { step: 'waiting', attempts: 2 },
    answer: ['hold', /^it would fail at once: The ticket has used 2 of 2 runs/],
  },
  'left behind': { prepare: inState('processing'), answer: ['wait', /the daemon puts it back into todo/] },
  question: { ...held({ code: 'QUESTION', reason: 'Which?' }), answer: ['hold', /\? Answer in the ticket/] },
  'proposed parts': {
    ...held({ code: 'SPLIT', reason: 'Large' }),
    answer: ['hold', /^SPLIT: Large\. `ticketmill approve a` makes tickets of them/],
  },
  'held change': {
    ...held({ code: 'REVIEW_BLOCKED', reason: 'Wrong.' }, { publication }),
    answer: ['hold', /`ticketmill approve a` publishes it, `ticketmill reject a` does not/],
  },
  'nothing to change': {
    ...held({ code: 'NO_CHANGE_NEEDED', reason: 'It is so.' }),
    answer: ['hold', /`ticketmill approve a` closes the ticket as done/],
  },
  'pull request': {
    ...held(null, { pullRequest: { number: 1, url: 'local://1' } }),
    answer: ['hold', /waits to be merged; `ticketmill show a --diff` shows it/],
  },
  'a branch alone': {
    ...held(null, { branch: 'ticket/a' }),
    answer: ['hold', /no pull request is wanted; `ticketmill show a --diff`/],
  },
  parts: {
    ...held(null, { split: { state: 'agreed', parts } }),
    answer: ['wait', /it is done when they are: a\.1$/],
  },
  'put there': { prepare: inState('review'), answer: ['hold', /a person put it there/] },
};

describe('every reason for which a ticket waits', () => {
  it('is listed for people', () => {
    const [, section = ''] = readFileSync(page, 'utf8').split('\n## Why a ticket waits\n');
    const [table = ''] = section.split('\n## ');
    const listed = [...table.matchAll(/^\| ([a-z][^|]*?) +\|/gm)].map(([, name]) => name);
    expect(listed).toEqual(Object.keys(reasons));
  });

  it.each(Object.entries(reasons))('%s', async (name, given) => {
    const { ticket = 'a', set, prepare = two(''), record, unread = [], moment = {}, answer } = given;
    const opened = await place.open(set);
    prepare(opened);
    if (name === 'put back') opened.waits.hold('a.md', 30);
    if (record !== undefined)
      await opened.story.journal.save(runRecord({ id: 'a', file: 'a.md', move: null, ...record }));
    const [verdict, reason] = answer;
    expect(await explain(opened, ticket, moment, unread)).toMatchObject({
      verdict,
      reason: expect.stringMatching(reason),
    });
  });

  it('is for an outage what can be done about it, whatever is out', async () => {
    const opened = await place.open();
    opened.drop('a');
    for (const code of failureCodes.filter((each) => describeFailure(each).infrastructure)) {
      const { hint } = describeFailure(code);
      const { reason } = await explain(opened, 'a', { outage: new Failure(code, 'Out.') }, []);
      expect(reason).toBe(`Out. ${hint}`);
    }
  });
});
