import { renameSync, rmSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Made } from '../../src/domain/run.ts';
import { approve, merge, reject } from '../../src/pipeline/decide-review.ts';
import { findTicket } from '../../src/pipeline/find-ticket.ts';
import type { TestStory } from '../support/story.ts';
import { storyPlace } from '../support/story-place.ts';
import { workUntilIdle } from '../support/work.ts';
import { someSpending as spent, workshopDouble } from '../support/workshop.ts';

const place = storyPlace();
const never = new AbortController().signal;
const published = (): Made => ({ kind: 'publish', change: place.change(), spent });
const held = (): Made => ({
  kind: 'hold',
  change: place.change(),
  code: 'REVIEW_BLOCKED',
  reason: 'Two bugs.',
  spent,
});
const unmade = (code: 'NO_CHANGE_NEEDED' | 'QUESTION'): Made => ({
  kind: 'hold',
  change: null,
  code,
  reason: 'Why?',
  spent,
});

/** A ticket in review, with what a run left. */
async function inReview(id: string, made: Made, settings = {}): Promise<TestStory> {
  const opened = await place.open({ workshop: workshopDouble(made), settings });
  opened.drop(id);
  await workUntilIdle(opened);
  expect(opened.statesOf(`${id}.md`)).toEqual(['review']);
  return opened;
}

describe('approve', () => {
  it('publishes a held change and keeps the ticket in review, held no more', async () => {
    const opened = await inReview('approve-1', held());
    const decision = await approve(opened.story, await findTicket(opened.story, 'approve-1'), never);
    expect(decision).toMatchObject({
      ending: { to: 'review', message: 'local://pull-request/1 is ready for review' },
      pullRequest: { number: 1, state: 'open' },
      record: { hold: null, step: 'settled', move: null, pullRequest: { number: 1 } },
    });
    expect(opened.statesOf('approve-1.md')).toEqual(['review']);
    expect(opened.text('review', 'approve-1.md')).toContain('Pull request: local://pull-request/1');
  });

  it('closes a ticket that needs no change', async () => {
    const opened = await inReview('approve-2', unmade('NO_CHANGE_NEEDED'));
    const decision = await approve(opened.story, await findTicket(opened.story, 'approve-2'), never);
    expect(decision).toMatchObject({ ending: { to: 'done' }, pullRequest: null });
    expect(opened.backlog.files()).toEqual({ done: ['approve-2.md'] });
    expect(opened.text('done', 'approve-2.md')).toContain('A person agreed that no change is needed.');
    expect(opened.record()).toBeUndefined();
  });

  it.each([
    ['published already', 'approve-3', published, /merge it with `ticketmill merge approve-3`/],
    ['a question', 'approve-4', () => unmade('QUESTION'), /answer in the ticket and move it to todo/],
  ] as const)('refuses what is %s', async (_what, id, made, words) => {
    const opened = await inReview(id, made());
    const deciding = approve(opened.story, await findTicket(opened.story, id), never);
    await expect(deciding).rejects.toMatchObject({
      code: 'NOT_POSSIBLE',
      message: expect.stringMatching(words),
    });
    expect(opened.statesOf(`${id}.md`)).toEqual(['review']);
  });

  it('finds a pull request that a person merged or closed meanwhile', async () => {
    for (const [id, decide, state] of [
      ['approve-5', 'merge', 'done'],
      ['approve-6', 'close', 'failed'],
    ] as const) {
      const opened = await inReview(id, held());
      const { branch, base, head, publication } = opened.record() ?? {};
      if (!branch || !base || !head || !publication) throw new Error('nothing is held');
      const { title, body, findings } = publication;
      const request = await opened.forge.open({
        branch,
        base: base.branch,
        head,
        title,
        body,
        findings,
        summary: 'checked',
        draft: false,
      });
      await opened.forge[decide](request);
      const decision = await approve(opened.story, await findTicket(opened.story, id), never);
      expect(decision.ending.to).toBe(state);
      expect(opened.statesOf(`${id}.md`)).toEqual([state]);
    }
  });
});

describe('reject', () => {
  it('closes the pull request and fails the ticket with the reason', async () => {
    const opened = await inReview('reject-1', published());
    const decision = await reject(opened.story, await findTicket(opened.story, 'reject-1'), 'Not like this.');
    expect(decision).toMatchObject({
      ending: { to: 'failed', code: 'REJECTED' },
      pullRequest: { state: 'closed' },
    });
    expect(opened.backlog.files()).toEqual({ failed: ['reject-1.error.json', 'reject-1.md'] });
    expect(opened.text('failed', 'reject-1.md')).toContain('Failed (REJECTED): Not like this.');
    expect(opened.record()).toMatchObject({ lastError: { code: 'REJECTED', stage: 'review' } });
  });

  it.each(['pushed', 'settled'])('closes what an approval opened that was cut short at %s', async (step) => {
    const opened = await inReview(`reject-${step}`, held());
    const { journal } = opened.story;
    const save: typeof journal.save = (record) =>
      record.step === step ? Promise.reject(new Error('ENOSPC')) : journal.save(record);
    const found = () => findTicket(opened.story, `reject-${step}`);
    const approving = approve({ ...opened.story, journal: { ...journal, save } }, await found(), never);
    await expect(approving).rejects.toThrow('ENOSPC');
    expect(opened.types()).toContain('pull-request:opened');
    const { pullRequest } = await reject(opened.story, await found(), 'No.');
    expect(pullRequest).toMatchObject({ number: 1, state: 'closed' });
    expect(opened.statesOf(`reject-${step}.md`)).toEqual(['failed']);
  });

  it.each([
    ['a held change', 'reject-2', held],
    ['a ticket without a change', 'reject-3', () => unmade('NO_CHANGE_NEEDED')],
  ] as const)('turns down %s, which has no pull request, and needs no reason', async (_what, id, made) => {
    const opened = await inReview(id, made());
    const decision = await reject(opened.story, await findTicket(opened.story, id), null);
    expect(decision).toMatchObject({
      ending: { message: 'A person rejected the change.' },
      pullRequest: null,
    });
    expect(opened.record()).toMatchObject({ hold: null, step: 'settled' });
  });

  it('leaves a pull request alone that is merged already', async () => {
    const opened = await inReview('reject-4', published());
    const request = await opened.forge.find(opened.record()?.branch ?? '');
    if (request === null) throw new Error('there is no pull request');
    await opened.forge.merge(request);
    const decision = await reject(opened.story, await findTicket(opened.story, 'reject-4'), null);
    expect(decision.pullRequest?.state).toBe('merged');
  });
});

describe('merge', () => {
  it('merges the pull request and finishes the ticket', async () => {
    const opened = await inReview('merge-1', published());
    const head = opened.record()?.head;
    const decision = await merge(opened.story, await findTicket(opened.story, 'merge-1'));
    expect(decision).toMatchObject({ ending: { to: 'done' }, pullRequest: { state: 'merged' } });
    expect(opened.backlog.files()).toEqual({ done: ['merge-1.md'] });
    expect(opened.text('done', 'merge-1.md')).toContain('status: Done');
    expect(await place.repository().git('merge-base', '--is-ancestor', head ?? '', 'main')).toBe('');
    expect(opened.story.journal.all()).toEqual([]);
    const kept = await opened.story.archive.read('run-1', 'record.json');
    expect(JSON.parse(kept ?? '')).toMatchObject({ id: 'merge-1', head, file: 'merge-1.md' });
  });

  it.each([
    {
      id: 'merge-2',
      made: held,
      settings: {},
      words: /it is held; `ticketmill approve merge-2` publishes it/,
    },
    {
      id: 'merge-3',
      made: published,
      settings: { createPullRequest: false },
      words: /it has no pull request/,
    },
  ])('is refused where $words', async ({ id, made, settings, words }) => {
    const opened = await inReview(id, made(), settings);
    const merging = merge(opened.story, await findTicket(opened.story, id));
    await expect(merging).rejects.toMatchObject({
      code: 'NOT_POSSIBLE',
      message: expect.stringMatching(words),
    });
  });
});

describe('a decision', () => {
  it('is about a ticket in review, of which something is known', async () => {
    const opened = await place.open();
    opened.drop('other-1');
    const waiting = merge(opened.story, await findTicket(opened.story, 'other-1'));
    await expect(waiting).rejects.toThrow('Ticket other-1: it is in todo, not in review.');
    renameSync(opened.backlog.path('todo', 'other-1.md'), opened.backlog.path('review', 'other-1.md'));
    const unknown = merge(opened.story, await findTicket(opened.story, 'other-1'));
    await expect(unknown).rejects.toThrow('nothing is known of a change for it');
  });

  it('can be made about a change that has no branch', async () => {
    const opened = await inReview('other-5', unmade('NO_CHANGE_NEEDED'));
    const record = opened.record();
    if (record === undefined) throw new Error('nothing is known of it');
    await opened.story.journal.save({ ...record, branch: null, hold: null });
    const merging = merge(opened.story, await findTicket(opened.story, 'other-5'));
    await expect(merging).rejects.toThrow('it has no pull request');
    await reject(opened.story, await findTicket(opened.story, 'other-5'), null);
    expect(opened.statesOf('other-5.md')).toEqual(['failed']);
  });

  it('loses against a person who moves the ticket at the same moment', async () => {
    const opened = await inReview('other-2', unmade('NO_CHANGE_NEEDED'));
    const found = await findTicket(opened.story, 'other-2');
    rmSync(opened.backlog.path('review', 'other-2.md'));
    await expect(approve(opened.story, found, never)).rejects.toThrow(
      'Ticket other-2 was moved away meanwhile.',
    );
    expect(opened.backlog.files()).toEqual({});
  });

  it('meets the record of its own ticket, though another one has the name of its file', async () => {
    const opened = await inReview('other-3', held());
    opened.drop('other-4', { file: 'other-3.md' });
    await workUntilIdle(opened, { concurrency: () => 2 });
    expect(opened.backlog.files()).toEqual({ review: ['other-3-2.md', 'other-3.md'] });
    const found = await findTicket(opened.story, 'other-3');
    expect({ file: found.file, record: found.record?.id }).toEqual({ file: 'other-3.md', record: 'other-3' });
  });
});
