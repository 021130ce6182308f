import { describe, expect, it } from '@jest/globals';
import type { Made } from '../../src/domain/run.ts';
import { merge } from '../../src/pipeline/decide-review.ts';
import { decideStarts } from '../../src/pipeline/decide-starts.ts';
import { findTicket } from '../../src/pipeline/find-ticket.ts';
import { lookAtTickets, readyOf } from '../../src/pipeline/look-at-tickets.ts';
import type { TestStory } from '../support/story.ts';
import { storyPlace } from '../support/story-place.ts';
import { openWork, workUntilIdle } from '../support/work.ts';
import { someSpending as spent, workshopDouble } from '../support/workshop.ts';

const place = storyPlace();
const made = (): Made => ({ kind: 'publish', change: place.change(), spent });

/** A workshop that notes who is in it together; the first of all does not leave before another one has come. */
function watchedWorkshop() {
  const inside = new Set<string>();
  const together: string[][] = [];
  const two = Promise.withResolvers<undefined>();
  const workshop = workshopDouble(async ({ identity: { id } }) => {
    inside.add(id);
    together.push([...inside].sort());
    if (inside.size > 1) two.resolve(undefined);
    await two.promise;
    inside.delete(id);
    return made();
  });
  return { workshop, together };
}

const names = (opened: TestStory): string[] => opened.backlog.files()['review'] ?? [];

describe('tickets that are likely to touch the same file', () => {
  it('are made one after the other, the rest beside them; an open pull request blocks none', async () => {
    const { workshop, together } = watchedWorkshop();
    const opened = await place.open({ workshop });
    opened.drop('one', { front: 'priority: high\n', body: 'Mend src/greeting.ts, please.\n' });
    opened.drop('two', { front: 'modified_files: [src/greeting.ts]\n' });
    opened.drop('other', { body: 'Mend README.md.\n' });
    const { left } = await workUntilIdle(opened, { concurrency: () => 3 });
    expect(left).toEqual([]);
    expect(names(opened)).toEqual(['one.md', 'other.md', 'two.md']);
    expect(together.some((each) => each.includes('one') && each.includes('two'))).toBe(false);
    expect(together).toContainEqual(['one', 'other']);
  });

  it('are known by what became of their like, and told why they wait', async () => {
    const opened = await place.open({ workshop: workshopDouble(made) });
    const past = 'modified_files: [src/greeting.ts]\n';
    opened.backlog.save('done', 'old.md', `---\nid: old\ntitle: Greet people\n${past}---\n`);
    for (const id of ['first', 'second']) opened.drop(id, { body: 'Warmly.\n' });
    for (const id of ['first', 'second'])
      opened.backlog.save('todo', `${id}.md`, `---\nid: ${id}\ntitle: Greet people\n---\nWarmly.\n`);
    const view = await lookAtTickets(opened.story.store);
    const order = { waiting: readyOf(view.decided), running: [], concurrency: 2 };
    const { begin, decided } = await decideStarts(opened.story, view, order);
    expect(begin.map(({ id }) => id)).toEqual(['first']);
    expect(decided.find(({ candidate }) => candidate.id === 'second')?.admission).toEqual({
      verdict: 'wait',
      reason: 'first, which is at work, is likely to change src/greeting.ts as well',
    });
    // Alone nothing can clash.
    const alone = await decideStarts(opened.story, view, { ...order, concurrency: 1 });
    expect(alone.decided.map(({ admission }) => admission.verdict)).toEqual(['ready', 'ready']);
  });
});

describe('open pull requests', () => {
  it('hold new ones back when they are enough, without looking again and again, until one is merged', async () => {
    const opened = await place.open({
      workshop: workshopDouble(made),
      settings: { maxOpenPullRequests: 2 },
    });
    let looks = 0;
    const { store } = opened.story;
    const counting = {
      ...opened.story,
      store: {
        ...store,
        candidates: () => {
          looks += 1;
          return store.candidates();
        },
      },
    };
    const { queue, idle } = openWork(opened, counting, { concurrency: () => 2 });
    for (const id of ['c', 'a', 'b']) opened.drop(id);
    const reached = idle();
    queue.wake();
    const { left } = await reached;
    expect(left).toMatchObject([
      {
        candidate: { id: 'c' },
        admission: { verdict: 'hold', reason: expect.stringMatching(/^2 pull requests/) },
      },
    ]);
    expect(queue.view().decided).toEqual(left);
    const before = looks;
    for (let turns = 0; turns < 50; turns += 1) await new Promise(setImmediate);
    expect(looks).toBe(before);
    await queue.look();
    const told = opened.events.filter(({ type }) => type === 'daemon:warning');
    expect(told).toEqual([
      { type: 'daemon:warning', message: expect.stringMatching(/No new ticket is begun: 2 pull requests/) },
    ]);

    await merge(opened.story, await findTicket(opened.story, 'a'));
    const again = idle();
    queue.wake();
    expect((await again).left).toEqual([]);
    expect(names(opened)).toEqual(['b.md', 'c.md']);
    await queue.drain();
  });

  it('count those that are being made, and let a rework through', async () => {
    const opened = await place.open({
      workshop: workshopDouble(made),
      settings: { maxOpenPullRequests: 1 },
    });
    opened.drop('d');
    await workUntilIdle(opened);
    const record = opened.record();
    if (record === undefined) throw new Error('nothing is on record');
    opened.drop('e');
    opened.backlog.save('todo', 'd.md', opened.text('review', 'd.md'));
    const rework = { round: 1, reason: 'asked', feedback: null, answered: [], isDue: true };
    const { base, head } = record;
    await opened.story.journal.save({
      ...record,
      step: 'waiting',
      rework: { ...rework, base: base?.sha ?? '', head: head ?? '' },
    });
    const view = await lookAtTickets(opened.story.store);
    const waiting = view.decided.map(({ candidate }) => candidate);
    const order = { waiting, running: [], concurrency: 2 };
    const { begin } = await decideStarts(opened.story, { ...view, review: [] }, order);
    expect(begin.map(({ id }) => id)).toEqual(['d', 'e']);
    const busy = { waiting, running: waiting.filter(({ id }) => id === 'e'), concurrency: 2 };
    const { full } = await decideStarts(opened.story, { ...view, review: [] }, busy);
    expect(full).toMatch(/^1 pull request is open or being made/);

    const running = waiting.filter(({ id }) => id === 'd');
    const beside = { waiting: waiting.filter(({ id }) => id === 'e'), running, concurrency: 2 };
    const nextToIt = () => decideStarts(opened.story, { ...view, review: [] }, beside);
    expect((await nextToIt()).begin).toHaveLength(1);
    // Its pull request is open, and its ticket not in review yet.
    await opened.story.journal.save({ ...record, step: 'published' });
    expect((await nextToIt()).begin).toEqual([]);
    // Cut short there, it goes on beside the other one: it opens none.
    const again = { waiting: running, running: beside.waiting, concurrency: 2 };
    expect((await decideStarts(opened.story, { ...view, review: [] }, again)).begin).toHaveLength(1);
  });
});
