import { renameSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/domain/failure.ts';
import { followed, followPullRequest } from '../../src/pipeline/follow-pull-request.ts';
import type { FollowRules } from '../../src/pipeline/follow-pull-request.ts';
import { runTicket } from '../../src/pipeline/run-ticket.ts';
import type { Story } from '../../src/pipeline/story.ts';
import type { ForgePeople } from '../../src/ports.ts';
import { meddlingAt } from '../support/meddle-at.ts';
import { mergeSigns, pullRequestNews } from '../support/pull-request-news.ts';
import type { TestStory } from '../support/story.ts';
import { storyPlace } from '../support/story-place.ts';
import { someSpending as spent, workshopDouble } from '../support/workshop.ts';

const place = storyPlace('bare');
const never = new AbortController().signal;
const rules: FollowRules = { maxReworks: 2, onClosed: 'failed', autoMerge: false };
const request = {
  id: 'review:1',
  author: 'ada',
  text: 'Say good day.',
  comments: [{ path: 'a.ts', line: 3, text: 'Here.' }],
};

/** A ticket whose pull request is open, and what the forge says of it. */
async function published(id: string) {
  const workshop = workshopDouble({ kind: 'publish', change: place.change(), spent });
  const opened = await place.open({ workshop });
  opened.drop(id);
  await work(opened);
  const record = opened.record();
  if (record?.pullRequest == null || record.branch === null || record.head === null)
    throw new Error('nothing was published');
  const { branch, head, pullRequest } = record;
  const merging = mergeSigns({ approvedBy: ['eve', 'ada'] });
  const news = pullRequestNews({ ...pullRequest, branch, head, merging });
  const mayWrite = (login: string) => Promise.resolve(login === 'ada');
  const people = { news: () => Promise.resolve(news), mayWrite } as unknown as ForgePeople;
  const follow = (more: Partial<FollowRules> = {}, story: Story = opened.story) =>
    followPullRequest(story, { people, rules: { ...rules, ...more } }, record.key);
  return { ...opened, orders: workshop.orders, news, follow, head, branch };
}

async function work(opened: TestStory) {
  const [candidate] = await opened.backlog.store.candidates();
  if (candidate === undefined) throw new Error('nothing waits');
  return runTicket(opened.story, { candidate, queuedMs: 0, onClaim: () => undefined }, never);
}

describe('news of a pull request', () => {
  it('that there are none changes nothing', async () => {
    const opened = await published('follow-1');
    expect(followed(opened.story)).toHaveLength(1);
    expect(await opened.follow()).toBe(false);
    expect(opened.statesOf('follow-1.md')).toEqual(['review']);
    opened.news.head = 'f'.repeat(40);
    opened.news.requests.push(request);
    expect(await opened.follow()).toBe(false);
  });

  it('that it is merged end its ticket as done, and take its branch away', async () => {
    const opened = await published('follow-2');
    opened.news.state = 'merged';
    await opened.follow();
    expect(opened.statesOf('follow-2.md')).toEqual(['done']);
    expect(await place.repository().git('ls-remote', 'origin', opened.branch)).toBe('');
    expect(await place.repository().git('branch', '--list', opened.branch)).toBe('');
  });

  it('that it is merged count, though its branch cannot be taken away', async () => {
    const opened = await published('follow-10');
    opened.news.state = 'merged';
    const removeBranch = () => Promise.reject(new Error('the remote hung up'));
    opened.story.repository = { ...opened.story.repository, removeBranch };
    await opened.follow();
    expect(opened.statesOf('follow-10.md')).toEqual(['done']);
    expect(opened.events.filter(({ type }) => type === 'daemon:warning')).toEqual([
      {
        type: 'daemon:warning',
        message: `The merged branch ${opened.branch} could not be removed: the remote hung up`,
      },
    ]);
  });

  it('that it was closed fail its ticket, or have it made anew', async () => {
    const failed = await published('follow-3');
    failed.news.state = 'closed';
    await failed.follow();
    expect(failed.statesOf('follow-3.md')).toEqual(['failed']);
    const anew = await published('follow-4');
    anew.news.state = 'closed';
    expect(await anew.follow({ onClosed: 'todo' })).toBe(true);
    expect(anew.statesOf('follow-4.md')).toEqual(['todo']);
    await work(anew);
    expect(anew.orders[1]?.rework).toBeUndefined();
  });

  it('that changes are asked for send it back with the words as data, on the same branch, once', async () => {
    const opened = await published('follow-5');
    opened.news.requests.push(request);
    expect(await opened.follow()).toBe(true);
    expect(opened.statesOf('follow-5.md')).toEqual(['todo']);
    expect(await work(opened)).toMatchObject({ kind: 'settled', state: 'review' });
    const { rework } = opened.orders[1] ?? {};
    expect(rework).toMatchObject({ round: 1, head: opened.head, answered: ['review:1'] });
    expect(rework?.feedback).toContain('a.ts:3: Here.');
    expect(opened.record()).toMatchObject({
      branch: opened.branch,
      pullRequest: { number: opened.news.number },
    });
    opened.news.head = opened.record()?.head ?? '';
    expect(await opened.follow()).toBe(false);
  });

  it('ask for no more than a few reworks; then a person goes on', async () => {
    const opened = await published('follow-6');
    for (const [round, reason] of ['failed', 'conflict'].entries()) {
      if (reason === 'failed') opened.news.failedChecks = [{ id: `check:${round}`, name: 'ci', text: 'red' }];
      else opened.news.isMergeable = false;
      expect(await opened.follow()).toBe(true);
      await work(opened);
      opened.news.head = opened.record()?.head ?? '';
    }
    opened.news.requests.push(request);
    expect(await opened.follow()).toBe(false);
    expect(opened.text('review', 'follow-6.md')).toMatch(/A person must go on here: changes were requested/);
    expect(await opened.follow()).toBe(false);
    expect(opened.events.filter(({ type }) => type === 'daemon:warning')).toHaveLength(1);
  });

  it('ask for none where none is wanted, and say nothing: a person has it anyway', async () => {
    const opened = await published('follow-11');
    const before = opened.text('review', 'follow-11.md');
    opened.news.requests.push(request);
    expect(await opened.follow({ maxReworks: 0 })).toBe(false);
    expect(opened.text('review', 'follow-11.md')).toBe(before);
    expect(opened.types()).not.toContain('daemon:warning');
  });

  it('that it is approved and green have it merged, where that is switched on', async () => {
    const opened = await published('follow-8');
    const shown = opened.events.length;
    expect(await opened.follow()).toBe(false);
    opened.news.head = 'f'.repeat(40);
    expect(await opened.follow({ autoMerge: true })).toBe(false);
    opened.news.head = opened.head;
    const { merging } = opened.news;
    opened.news.merging = { ...merging, approvedBy: ['eve'] } as typeof merging;
    expect(await opened.follow({ autoMerge: true })).toBe(false);
    expect(opened.statesOf('follow-8.md')).toEqual(['review']);
    expect(opened.events).toHaveLength(shown);
    opened.news.merging = merging;
    expect(await opened.follow({ autoMerge: true })).toBe(false);
    expect(opened.statesOf('follow-8.md')).toEqual(['done']);
    expect(opened.events.filter(({ type }) => type === 'decision:made')).toEqual([
      expect.objectContaining({ decision: 'merge', by: 'ada' }),
    ]);
    expect(await opened.forge.find(opened.branch)).toMatchObject({ state: 'merged' });
    expect(await place.repository().git('branch', '--list', opened.branch)).toBe('');
  });

  it('leave it to a person when the forge refuses the merge a few times', async () => {
    const opened = await published('follow-9');
    let asked = 0;
    opened.story.forge.merge = ({ url }) => {
      asked += 1;
      return Promise.reject(new Failure('MERGE_REFUSED', `${url} was not merged: a rule forbids it.`));
    };
    for (let round = 0; round < 5; round += 1) expect(await opened.follow({ autoMerge: true })).toBe(false);
    expect(asked).toBe(3);
    expect(opened.statesOf('follow-9.md')).toEqual(['review']);
    expect(
      opened.text('review', 'follow-9.md').match(/A person must go on here.*a rule forbids it/g),
    ).toHaveLength(1);
    opened.news.requests.push(request);
    expect(await opened.follow({ autoMerge: true })).toBe(true);
  });

  it('leave a ticket that a person takes away while it is sent back', async () => {
    const opened = await published('follow-12');
    const [from, to] = (['review', 'done'] as const).map((state) =>
      opened.backlog.path(state, 'follow-12.md'),
    );
    const meddled = meddlingAt(2, opened.story, () => renameSync(from ?? '', to ?? ''));
    opened.news.requests.push(request);
    expect(await opened.follow({}, meddled.story)).toBe(false);
    expect(meddled.done()).toBe('journal.save');
    expect(opened.statesOf('follow-12.md')).toEqual(['done']);
    expect(opened.record()).toMatchObject({ step: 'settled', move: null });
    expect(opened.events.at(-1)).toMatchObject({ type: 'ticket:withdrawn', file: 'follow-12.md' });
  });

  it('leave the merge to the next look while the forge is away', async () => {
    const opened = await published('follow-away');
    const { forge } = opened.story;
    let isAway = true;
    const merge: typeof forge.merge = (each) =>
      isAway ? Promise.reject(new Failure('FORGE_UNREACHABLE', 'no route to host')) : forge.merge(each);
    opened.story.forge = { ...forge, merge };
    await expect(opened.follow({ autoMerge: true })).rejects.toMatchObject({ code: 'FORGE_UNREACHABLE' });
    expect(opened.statesOf('follow-away.md')).toEqual(['review']);
    expect(opened.record()).not.toHaveProperty('refusedMerges');
    isAway = false;
    await opened.follow({ autoMerge: true });
    expect(opened.statesOf('follow-away.md')).toEqual(['done']);
  });

  it('leave a ticket that a person took away', async () => {
    const opened = await published('follow-7');
    opened.news.requests.push(request);
    await opened.story.store.transition('follow-7.md', 'review', 'done');
    expect(await opened.follow()).toBe(false);
    expect(opened.statesOf('follow-7.md')).toEqual(['done']);
    expect(await followPullRequest(opened.story, { people: {} as ForgePeople, rules }, 'nobody')).toBe(false);
  });
});
