import { rmSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/domain/failure.ts';
import type { Made } from '../../src/domain/run.ts';
import { cancelTicket } from '../../src/pipeline/cancel-ticket.ts';
import { findTicket } from '../../src/pipeline/find-ticket.ts';
import { storyPlace } from '../support/story-place.ts';
import { workUntilIdle } from '../support/work.ts';
import { someSpending as spent, workshopDouble } from '../support/workshop.ts';

const place = storyPlace();
const nobody = { cancel: () => Promise.resolve(false) };
const question: Made = { kind: 'hold', change: null, code: 'QUESTION', reason: 'Which?', spent };

describe('cancelling', () => {
  it('fails a ticket that waits, and says that a person did it', async () => {
    const opened = await place.open();
    opened.drop('waits');
    await cancelTicket(opened.story, nobody, await findTicket(opened.story, 'waits'));
    expect(opened.backlog.files()).toEqual({ failed: ['waits.error.json', 'waits.md'] });
    expect(opened.text('failed', 'waits.md')).toContain('Failed (CANCELLED): A person cancelled the ticket.');
    expect(opened.record()).toMatchObject({
      step: 'settled',
      lastError: { code: 'CANCELLED', stage: 'todo' },
    });
  });

  it('keeps what is known of one that was put back', async () => {
    const unreachable = new Failure('MODEL_UNREACHABLE', 'connection refused');
    const made: Made = { kind: 'failed', failure: unreachable, stage: 'code', change: null, spent };
    const opened = await place.open({ workshop: workshopDouble(made) });
    opened.drop('back');
    await workUntilIdle(opened);
    await cancelTicket(opened.story, nobody, await findTicket(opened.story, 'back'));
    expect(opened.record()).toMatchObject({
      runId: 'run-1',
      model: 'ollama/coder',
      lastError: { code: 'CANCELLED' },
    });
  });

  it('ends the run of one that is at work', async () => {
    const opened = await place.open();
    const told: unknown[] = [];
    const queue = {
      cancel: (key: string, failure: Failure) => {
        told.push([key, failure.code]);
        return Promise.resolve(true);
      },
    };
    opened.drop('runs');
    await opened.story.store.transition('runs.md', 'todo', 'processing');
    const found = await findTicket(opened.story, 'runs');
    await cancelTicket(opened.story, queue, found);
    expect(told).toEqual([[expect.stringMatching(/^[0-9a-f]{64}$/), 'CANCELLED']]);
    expect(opened.statesOf('runs.md')).toEqual(['processing']);
  });

  it('fails one in processing that nobody works on', async () => {
    const opened = await place.open();
    opened.drop('orphan');
    await opened.story.store.transition('orphan.md', 'todo', 'processing');
    await cancelTicket(opened.story, nobody, await findTicket(opened.story, 'orphan'));
    expect(opened.statesOf('orphan.md')).toEqual(['failed']);
    expect(opened.record()?.lastError).toMatchObject({ code: 'CANCELLED', stage: 'processing' });
  });

  it('is refused where nothing waits or runs', async () => {
    const opened = await place.open({ workshop: workshopDouble(question) });
    opened.drop('ended');
    await workUntilIdle(opened);
    const cancelling = cancelTicket(opened.story, nobody, await findTicket(opened.story, 'ended'));
    await expect(cancelling).rejects.toMatchObject({
      code: 'NOT_POSSIBLE',
      message: 'Ticket ended is in review; only waiting and running tickets can be cancelled.',
    });
  });

  it('is refused for a file that is no ticket', async () => {
    const opened = await place.open();
    opened.backlog.save('todo', 'broken.md', '---\nnever closed');
    // Written in place: settled once it has been quiet.
    await opened.story.store.candidates();
    await opened.clock.advance(2000);
    const cancelling = cancelTicket(opened.story, nobody, await findTicket(opened.story, 'broken'));
    await expect(cancelling).rejects.toThrow('broken.md cannot be read as a ticket');
    expect(opened.statesOf('broken.md')).toEqual(['todo']);
  });

  it('loses against a person who takes the file away', async () => {
    const opened = await place.open();
    opened.drop('taken');
    const found = await findTicket(opened.story, 'taken');
    rmSync(opened.backlog.path('todo', 'taken.md'));
    await expect(cancelTicket(opened.story, nobody, found)).rejects.toThrow(
      'Ticket taken was moved away meanwhile.',
    );
    expect(opened.backlog.files()).toEqual({});
  });
});
