import { describe, expect, it } from '@jest/globals';
import type { Event } from '../../src/domain/event.ts';
import { noticeOf } from '../../src/domain/notice.ts';
import { claimed, settled, ticketEvent } from '../support/events.ts';

const time = '2026-01-02T10:00:00.000Z';
const circuit = { type: 'circuit:changed', target: 'http://127.0.0.1:11434', from: 'CLOSED' } as const;

describe('noticeOf', () => {
  it('tells where a ticket ended, and what to do about a failure', () => {
    expect(noticeOf(settled, time)).toEqual({
      topic: 'review',
      time,
      ticket: { id: 'task-1', file: 'task-1.md' },
      text: 'pull request #1',
      failure: null,
    });
    const failed = noticeOf({ ...settled, to: 'failed', code: 'NO_CHANGES' } as Event, time);
    expect(failed).toMatchObject({ topic: 'failed', failure: { code: 'NO_CHANGES' } });
    expect(failed?.failure?.hint).toMatch(/\.$/);
    expect(noticeOf({ ...settled, to: 'done', code: 'OF_LATER' } as Event, time)).toMatchObject({
      topic: 'done',
      failure: { code: 'OF_LATER', hint: '' },
    });
  });

  it('tells when a model server is left alone, and when it answers again', () => {
    const opened = noticeOf({ ...circuit, to: 'OPEN', reason: 'connection refused' }, time);
    expect(opened?.text).toBe('http://127.0.0.1:11434 is left alone for a while: connection refused');
    expect(noticeOf({ ...circuit, to: 'OPEN', reason: null }, time)?.text).toMatch(/while$/);
    expect(noticeOf({ ...circuit, to: 'CLOSED', reason: null }, time)?.text).toMatch(/answers again$/);
  });

  it('tells how much of a budget is used', () => {
    const event = ticketEvent({ type: 'budget:short', part: 'usd', used: 0.81234, limit: 1 });
    expect(noticeOf(event, time)).toMatchObject({
      topic: 'budget',
      ticket: { id: 'task-1', file: null },
      text: '81 % of its usd are used: 0.81 of 1.',
    });
  });

  it('tells how much of a day is spent, which is no ticket’s alone', () => {
    const event: Event = { type: 'budget:day', day: '2026-01-02', used: 4.5, limit: 5 };
    expect(noticeOf(event, time)).toEqual({
      topic: 'budget',
      time,
      ticket: null,
      text: '90 % of the budget of 2026-01-02 are spent: 4.5 of 5 USD.',
      failure: null,
    });
  });

  it.each<Event>([
    claimed,
    { ...settled, to: 'todo' } as Event,
    { ...settled, to: 'processing' } as Event,
    { ...circuit, to: 'HALF_OPEN', reason: null },
  ])('tells nothing of $type that nobody asks for', (event) => {
    expect(noticeOf(event, time)).toBeNull();
  });
});
