import { rmSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/domain/failure.ts';
import type { Made } from '../../src/domain/run.ts';
import { openSlots } from '../../src/pipeline/run-slots.ts';
import type { RunEnd } from '../../src/pipeline/run-ticket.ts';
import { makeCandidate } from '../support/make-ticket.ts';
import { storyPlace } from '../support/story-place.ts';
import { someSpending as spent, workshopDouble } from '../support/workshop.ts';

const place = storyPlace();
const question: Made = { kind: 'hold', change: null, code: 'QUESTION', reason: 'Which?', spent };

/** One ticket that is about to be made, and the slots in which it is. */
async function begun(id: string) {
  const asked = Promise.withResolvers<undefined>();
  const answer = Promise.withResolvers<Made>();
  const opened = await place.open({
    workshop: workshopDouble((_order, signal) => {
      signal.addEventListener('abort', () => {
        const failure = signal.reason as Failure;
        answer.resolve({ kind: 'failed', failure, stage: 'code', change: null, spent });
      });
      asked.resolve(undefined);
      return answer.promise;
    }),
  });
  opened.drop(id);
  const ends: RunEnd[] = [];
  const faults: unknown[] = [];
  const slots = openSlots(opened.story, {
    onEnd: (end) => ends.push(end),
    onFault: (error, file) => faults.push([file, error]),
  });
  const [candidate] = await opened.story.store.candidates();
  if (candidate === undefined) throw new Error('there is no ticket');
  slots.start(candidate, 0);
  return { opened, slots, candidate, ends, faults, asked: asked.promise, answer: answer.resolve };
}

describe('the places of runs', () => {
  it('know what is at work by file and by id, whatever its spelling', async () => {
    const { slots, candidate, ends, asked, answer } = await begun('slot-1');
    expect(slots.size()).toBe(1);
    expect(slots.has(candidate)).toBe(true);
    expect(slots.has(makeCandidate('SLOT-1', {}, { file: 'x.md' }))).toBe(true);
    expect(slots.has(makeCandidate('slot-2'))).toBe(false);
    await asked;
    answer(question);
    await slots.ended();
    expect(ends).toMatchObject([{ kind: 'settled', state: 'review' }]);
    expect([slots.size(), slots.has(candidate)]).toEqual([0, false]);
  });

  it('take every file for one at work while a ticket is being claimed', async () => {
    const { slots, asked, answer } = await begun('slot-3');
    expect(slots.atWork().has('anything.md')).toBe(true);
    await asked;
    const atWork = slots.atWork();
    expect([atWork.has('slot-3.md'), atWork.has('anything.md')]).toEqual([true, false]);
    answer(question);
    await slots.ended();
    // What was at work when one looked is no orphan, though it has ended meanwhile.
    expect(atWork.has('slot-3.md')).toBe(true);
    expect(slots.atWork().has('slot-3.md')).toBe(false);
  });

  it('end the run of a ticket that is gone, and of no other', async () => {
    const { opened, slots, ends, asked } = await begun('slot-4');
    await asked;
    const { story, backlog } = opened;
    await slots.atWork().endWithout(await story.store.list('processing'));
    await slots.atWork().endWithout([]);
    expect(slots.size()).toBe(1);
    // What is noted in the ticket of its begin would bring it back.
    while (!opened.text('processing', 'slot-4.md').includes('status: In Progress')) await nextTurn();
    rmSync(backlog.path('processing', 'slot-4.md'));
    await slots.atWork().endWithout([]);
    await slots.ended();
    expect(ends).toEqual([{ kind: 'gone', file: 'slot-4.md' }]);
  });

  it('end nothing while they do not know yet which ticket a run has', async () => {
    const { slots, ends, asked, answer } = await begun('slot-5');
    await slots.atWork().endWithout([]);
    await asked;
    answer(question);
    await slots.ended();
    expect(ends).toMatchObject([{ kind: 'settled' }]);
  });

  it('tell a fault with the file that it befell', async () => {
    const { opened, slots, faults, ends, asked, answer } = await begun('slot-6');
    await asked;
    opened.story.journal.save = () => Promise.reject(new Error('EIO'));
    answer(question);
    await slots.ended();
    expect(faults).toMatchObject([['slot-6.md', { message: 'EIO' }]]);
    expect(ends).toEqual([]);
  });

  it('cut all that runs', async () => {
    const { slots, ends, asked } = await begun('slot-7');
    await asked;
    slots.cut(new Failure('INTERRUPTED', 'told to stop'));
    await slots.ended();
    expect(ends).toMatchObject([{ kind: 'requeued', failure: { code: 'INTERRUPTED' } }]);
  });
});
