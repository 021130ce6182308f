import { describe, expect, it } from '@jest/globals';
import type { Event } from '../../../../src/domain/event.ts';
import { describeEvent } from '../../../../src/http/dashboard/page/ticket/describe-event.ts';
import { readRuns } from '../../../../src/http/dashboard/page/ticket/read-runs.ts';
import { readStages } from '../../../../src/http/dashboard/page/ticket/read-stages.ts';

const of = { taskId: 'task-1', runId: 'run-1', key: 'k' };
const claimed: Event = { ...of, type: 'ticket:claimed', file: 'a.md', title: 'A', attempt: 1, queuedMs: 0 };
const settled = (to: 'review' | 'failed', code: string | null): Event => ({
  ...of,
  type: 'ticket:settled',
  file: 'a.md',
  to,
  code,
  errorType: null,
  message: '',
  elapsedMs: 900,
  model: 'm',
});

describe('the stages of a ticket', () => {
  it('add up their rounds, and publish is done when the pull request is open', () => {
    const stages = readStages(
      [
        claimed,
        started('code'),
        finished('code', 10),
        started('check'),
        finished('check', 5),
        started('code'),
        finished('code', 20),
        { ...of, type: 'pull-request:opened', number: 1, url: 'u', branch: 'b' } as const,
        settled('review', null),
      ].map((event) => ({ event })),
    );
    expect(stages.map(({ stage, state }) => `${stage} ${state}`)).toEqual([
      'open pending',
      'code done',
      'check done',
      'guard pending',
      'review pending',
      'publish done',
    ]);
    expect(stages[1]).toMatchObject({ rounds: 2, elapsedMs: 30 });
  });

  it('stop where a run failed, and begin anew with the next', () => {
    const failed = [claimed, started('code'), finished('code', 1), started('check'), settled('failed', 'X')];
    const view = (events: Event[]) =>
      readStages(events.map((event) => ({ event }))).map(({ state }) => state);
    expect(view(failed)).toEqual(['pending', 'done', 'stopped', 'pending', 'pending', 'pending']);
    expect(view([...failed, claimed, started('open')])[0]).toBe('running');
    expect(view([...failed, claimed])).toEqual(Array(6).fill('pending'));
  });
});

describe('the runs of a ticket', () => {
  it('tell which models were tried, how long it took and how it ended', () => {
    const later = { ...of, runId: 'run-2' };
    const replaced = { ...of, type: 'model:replaced', from: 'm', to: 'n', code: 'X', message: '' } as const;
    const requeued = { ...later, type: 'ticket:requeued', code: 'Y', message: '', waitSeconds: 0 } as const;
    const events = [
      claimed,
      replaced,
      settled('failed', 'X'),
      { ...claimed, ...later, attempt: 2 },
      requeued,
    ];
    const runs = readRuns(events.map((event, i) => ({ time: `2026-01-02T10:00:0${i}.000Z`, event })));
    expect(runs).toEqual([
      expect.objectContaining({ runId: 'run-1', models: ['m', 'n'], elapsedMs: 900, ending: 'failed, X' }),
      expect.objectContaining({ runId: 'run-2', attempt: 2, elapsedMs: 1000, ending: 'todo, Y' }),
    ]);
  });

  it('are open while one is at work', () => {
    expect(readRuns([{ time: '2026-01-02T10:00:00.000Z', event: claimed }])).toMatchObject([
      { ending: null },
    ]);
  });
});

function started(stage: 'open' | 'code' | 'check'): Event {
  return { ...of, type: 'stage:started', stage };
}

function finished(stage: 'code' | 'check', elapsedMs: number): Event {
  return { ...of, type: 'stage:finished', stage, elapsedMs };
}

describe('the timeline of a ticket', () => {
  it('names what was committed, and what a person decided', () => {
    const committed = { ...of, type: 'change:committed', branch: 'ticket/1', head: '0123456789' } as Event;
    expect(describeEvent(committed).text).toBe('Committed 0123456 on ticket/1');
    const decided = (reason: string | null): Event => ({
      ...of,
      type: 'decision:made',
      decision: 'reject',
      reason,
    });
    expect(describeEvent(decided('too long')).text).toBe('Rejected by a person: too long');
    expect(describeEvent(decided(null)).text).toBe('Rejected by a person');
  });
});
