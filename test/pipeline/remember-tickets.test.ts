import { describe, expect, it } from '@jest/globals';
import type { Event } from '../../src/domain/event.ts';
import type { Decided } from '../../src/pipeline/look-at-tickets.ts';
import { rememberTickets } from '../../src/pipeline/remember-tickets.ts';
import { manualClock } from '../support/clock.ts';
import { makeCandidate } from '../support/make-ticket.ts';

function open() {
  const clock = manualClock();
  const events: Event[] = [];
  return { clock, events, memory: rememberTickets({ clock, observe: (event) => void events.push(event) }) };
}

const held = (id: string, reason: string): Decided => ({
  candidate: makeCandidate(id),
  admission: { verdict: 'hold', reason },
});
const ready = (id: string): Decided => ({ candidate: makeCandidate(id), admission: { verdict: 'ready' } });

describe('what is remembered of tickets', () => {
  it('is for how long they have been there, also while they are held', async () => {
    const { clock, memory } = open();
    memory.note([held('a', 'twins')]);
    await clock.advance(1000);
    memory.note([ready('a'), ready('b')]);
    await clock.advance(500);
    expect([memory.queuedMs('a.md'), memory.queuedMs('b.md'), memory.queuedMs('c.md')]).toEqual([
      1500, 500, 0,
    ]);
  });

  it('is why they are held, told once until it changes', () => {
    const { events, memory } = open();
    memory.note([held('a', 'twins')]);
    memory.note([held('a', 'twins')]);
    memory.note([held('a', 'no title')]);
    memory.note([ready('a')]);
    memory.note([held('a', 'no title')]);
    expect(events).toEqual([
      { type: 'ticket:held', file: 'a.md', reason: 'twins' },
      { type: 'ticket:held', file: 'a.md', reason: 'no title' },
      { type: 'ticket:held', file: 'a.md', reason: 'no title' },
    ]);
  });

  it('is forgotten with the file', async () => {
    const { clock, memory } = open();
    memory.note([ready('a')]);
    await clock.advance(1000);
    memory.note([]);
    memory.note([ready('a')]);
    expect(memory.queuedMs('a.md')).toBe(0);
  });
});
